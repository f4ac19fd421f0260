import type { Random } from '@tocsin/runtime/random.ts';
import { limits } from '../limits.ts';

/**
 * How long to wait before attempt `failures + 1`: exponential with full jitter (uniform between 0 and the
 * step), so that a thousand clients of a server that comes back do not come back together. When the server
 * named a time, that time and the jitter on top.
 */
export function backoffMs(failures: number, retryAfterMs: number | null, random: Random): number {
  const step = Math.min(limits.backoffMaxMs, limits.backoffFirstMs * 2 ** Math.min(failures, 30));
  const jitter = random.next() * step;
  return retryAfterMs === null ? jitter : Math.min(retryAfterMs, limits.retryAfterMaxMs) + jitter;
}

/** The header `Retry-After` (RFC 9110, 10.2.3: seconds or an HTTP date) in milliseconds from now, or null. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const atMs = Date.parse(text);
  // A bare number such as "-5" is a date to Date.parse; a real HTTP date begins with a weekday.
  return Number.isNaN(atMs) || !/^[A-Za-z]{3}/.test(text) ? null : Math.max(0, atMs - nowMs);
}
