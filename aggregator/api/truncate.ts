/** At most `limit` entries, 0 meaning all; the warning is Prometheus' word for what was left off. */
export function truncate<T>(
  entries: readonly T[],
  limit: number,
): { readonly kept: readonly T[]; readonly warnings: readonly string[] } {
  if (limit === 0 || entries.length <= limit) return { kept: entries, warnings: [] };
  return { kept: entries.slice(0, limit), warnings: ['results truncated due to limit'] };
}
