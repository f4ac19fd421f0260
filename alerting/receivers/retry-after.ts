/** Seconds of a Retry-After header in milliseconds; null for none and for the dates it may also hold (RFC 9110, 10.2.3), which no provider here sends. */
export function parseRetryAfter(header: string | undefined): number | null {
  if (header === undefined || !/^\d{1,9}(\.\d{1,9})?$/.test(header.trim())) return null;
  return Math.ceil(Number(header) * 1_000);
}
