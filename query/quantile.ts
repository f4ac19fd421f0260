/** The q-quantile of `count` values, which are sorted in place; NaN counts as smallest. Infinite outside 0..1. */
export function quantileOf(values: Float64Array, count: number, q: number): number {
  if (count === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.subarray(0, count).sort();
  // Typed arrays sort NaN last.
  let nans = 0;
  while (nans < count && Number.isNaN(sorted[count - 1 - nans]!)) nans++;
  const at = (rank: number): number => (rank < nans ? Number.NaN : sorted[rank - nans]!);
  const rank = q * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(lower) * (1 - weight) + at(upper) * weight;
}
