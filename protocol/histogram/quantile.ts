import { ascendingBuckets, type BoundedBucket, isCustom } from './buckets.ts';
import type { Histogram } from './histogram.ts';
import { shareBelow, valueAtShare } from './interpolate.ts';

/** What NaN observations, which are in no bucket, did to a quantile. */
export type NanEffect = 'none' | 'result-nan' | 'skewed';

/** The q-quantile, estimated within its bucket. NaN observations count as larger than all others. */
export function histogramQuantile(
  histogram: Histogram,
  q: number,
): { readonly value: number; readonly nan: NanEffect } {
  const plain = (value: number) => ({ value, nan: 'none' as const });
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  if (histogram.count === 0 || Number.isNaN(q)) return plain(Number.NaN);
  const hasNan = Number.isNaN(histogram.sum);
  // From the nearer end, for precision; with NaN observations only the lower end is known.
  const forward = hasNan || q < 0.5;
  const buckets = boundedBuckets(histogram);
  if (!forward) buckets.reverse();
  const wanted = (forward ? q : 1 - q) * histogram.count;
  let seen = 0;
  let bucket: BoundedBucket | null = null;
  for (const candidate of buckets) {
    bucket = candidate;
    seen += candidate.count;
    if (seen >= wanted) break;
  }
  // Without buckets, as after a division by zero: as if there were an empty one at 0, which is where Prometheus begins.
  if (bucket === null) {
    if (hasNan && wanted > 0) return { value: Number.NaN, nan: 'result-nan' };
    return plain(wanted > 0 ? 0 : Number.NaN);
  }
  const { lower, upper } = bucket;
  if (isCustom(histogram)) {
    if (lower === Number.NEGATIVE_INFINITY) return plain(upper);
    if (upper === Number.POSITIVE_INFINITY) return plain(lower);
  }
  seen = Math.min(seen, histogram.count);
  if (seen < wanted) return hasNan ? { value: Number.NaN, nan: 'result-nan' } : plain(upper);
  const rank = forward ? wanted - (seen - bucket.count) : seen - wanted;
  const linear = isCustom(histogram) || (lower <= 0 && upper >= 0);
  const total = hasNan ? buckets.reduce((sum, { count }) => sum + count, 0) : histogram.count;
  return {
    value: valueAtShare(lower, upper, rank / bucket.count, linear),
    nan: total < histogram.count ? 'skewed' : 'none',
  };
}

/** The share of all observations in [lower, upper]; NaN observations are part of the whole and of no share. */
export function histogramFraction(
  histogram: Histogram,
  lower: number,
  upper: number,
): { readonly value: number; readonly nan: boolean } {
  const nan = Number.isNaN(histogram.sum);
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: Number.NaN, nan: false };
  if (lower >= upper) return { value: 0, nan: false };
  const buckets = boundedBuckets(histogram);
  let observed = 0;
  for (const { count } of buckets) observed += count;
  const excluded = nan && observed < histogram.count;
  const all = excluded ? observed : histogram.count;
  const below = (value: number): number => Math.min(rankOf(histogram, buckets, value) ?? all, all);
  return { value: (below(upper) - below(lower)) / histogram.count, nan: excluded };
}

/** How many observations lie below the value; null when it is above all buckets. */
function rankOf(histogram: Histogram, buckets: readonly BoundedBucket[], value: number): number | null {
  let rank = 0;
  for (const { lower, upper, count } of buckets) {
    if (lower >= value) return rank;
    if (upper > value) {
      // Within a bucket without an end nothing can be said: all of it counts as lying at its other end.
      if (lower === Number.NEGATIVE_INFINITY) return count;
      if (upper === Number.POSITIVE_INFINITY) return rank;
      const linear = isCustom(histogram) || (lower <= 0 && upper >= 0);
      return rank + count * shareBelow(lower, upper, value, linear);
    }
    rank += count;
  }
  return null;
}

/**
 * Ascending buckets as estimates see them: a zero bucket with populated buckets on one side only lies on that
 * side, and the first custom bucket starts at zero when its bound is not negative.
 */
function boundedBuckets(histogram: Histogram): BoundedBucket[] {
  const buckets = ascendingBuckets(histogram);
  const hasNegative = histogram.negativeBuckets.some((count) => count !== 0);
  const hasPositive = histogram.positiveBuckets.some((count) => count !== 0);
  return buckets.map((bucket) => {
    if (isCustom(histogram)) {
      return bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper >= 0
        ? { ...bucket, lower: 0 }
        : bucket;
    }
    if (bucket.lower >= 0 || bucket.upper <= 0 || hasNegative === hasPositive) return bucket;
    return hasPositive ? { ...bucket, lower: 0 } : { ...bucket, upper: 0 };
  });
}
