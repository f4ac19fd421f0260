/** RFC 3339; times no calendar has as they are. */
export function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs / 1_000) : date.toISOString();
}
