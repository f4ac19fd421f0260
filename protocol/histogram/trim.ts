import { isCustom, spansOf, spellOut, upperBound } from './buckets.ts';
import type { Histogram } from './histogram.ts';
import { shareBelow } from './interpolate.ts';

/** What is left of a bucket, and the value that stands for its observations. */
interface Kept {
  readonly count: number;
  readonly middle: number;
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

const NOTHING: Kept = { count: 0, middle: 0 };

/**
 * Keeps the observations below (`</`) or above (`>/`) a bound. A bucket the bound cuts is divided by
 * interpolation; the sum is estimated from the middles of what is left. Where nothing is cut, nothing changes.
 */
export function trimHistogram(histogram: Histogram, bound: number, operator: '</' | '>/'): Histogram {
  const below = operator === '</';
  const custom = isCustom(histogram);
  const positive = spellOut(histogram.positiveSpans, histogram.positiveBuckets);
  const negative = spellOut(histogram.negativeSpans, histogram.negativeBuckets);
  const total = { count: 0, sum: 0, cut: false };
  const keep = (bounds: Bounds, count: number): number => {
    const kept = keepOf(bounds, count, bound, below, custom);
    total.count += kept.count;
    total.sum += kept.count * kept.middle;
    if (kept.count !== count) total.cut = true;
    return kept.count;
  };
  const positiveCounts = positive.indexes.map((index, i) =>
    keep(positiveBounds(histogram, index), positive.counts[i]!),
  );
  const negativeCounts = negative.indexes.map((index, i) => {
    const { lower, upper } = positiveBounds(histogram, index);
    return keep({ lower: -upper, upper: -lower }, negative.counts[i]!);
  });
  const zero = keepOfZero(histogram, positive.indexes.length > 0, negative.indexes.length > 0, bound, below);
  total.count += zero.count;
  total.sum += zero.count * zero.middle;
  if (!total.cut && zero.count === histogram.zeroCount) return histogram;
  const positiveSide = compact(positive.indexes, positiveCounts);
  const negativeSide = compact(negative.indexes, negativeCounts);
  return {
    ...histogram,
    count: total.count,
    sum: total.sum,
    zeroCount: zero.count,
    positiveSpans: spansOf(positiveSide.indexes),
    positiveBuckets: positiveSide.counts,
    negativeSpans: spansOf(negativeSide.indexes),
    negativeBuckets: negativeSide.counts,
  };
}

function positiveBounds(histogram: Histogram, index: number): Bounds {
  if (!isCustom(histogram))
    return { lower: upperBound(histogram.schema, index - 1), upper: upperBound(histogram.schema, index) };
  const { customBounds } = histogram;
  return {
    lower: index === 0 ? Number.NEGATIVE_INFINITY : customBounds[index - 1]!,
    upper: index < customBounds.length ? customBounds[index]! : Number.POSITIVE_INFINITY,
  };
}

function keepOf(
  { lower, upper }: Bounds,
  count: number,
  bound: number,
  below: boolean,
  linear: boolean,
): Kept {
  if (below ? upper <= bound : lower >= bound) return { count, middle: middleOf(lower, upper, linear) };
  if (below ? lower >= bound : upper <= bound) return NOTHING;
  if (!Number.isFinite(lower) || !Number.isFinite(upper))
    return keepOfInfinite({ lower, upper }, count, bound, below);
  const share = shareBelow(lower, upper, bound, linear);
  if (below) return { count: count * share, middle: middleOf(lower, bound, linear) };
  return { count: count * (1 - share), middle: middleOf(bound, upper, linear) };
}

// Nothing is known about where in a bucket without an end its observations lie, so it is kept or dropped whole;
// only the first custom bucket, up to a positive bound, is taken to start at zero.
function keepOfInfinite({ lower, upper }: Bounds, count: number, bound: number, below: boolean): Kept {
  if (lower === Number.NEGATIVE_INFINITY) {
    const fromZero = upper > 0 && upper !== Number.POSITIVE_INFINITY;
    if (below) {
      if (bound > 0 && fromZero) return { count: (count * bound) / upper, middle: bound / 2 };
      return upper <= 0 ? { count, middle: bound } : NOTHING;
    }
    if (bound >= 0 && fromZero) return { count: count * (1 - bound / upper), middle: (bound + upper) / 2 };
    return NOTHING;
  }
  return below ? NOTHING : { count, middle: bound };
}

function keepOfZero(
  histogram: Histogram,
  hasPositive: boolean,
  hasNegative: boolean,
  bound: number,
  below: boolean,
): Kept {
  const { zeroCount, zeroThreshold } = histogram;
  if (zeroCount === 0) return NOTHING;
  // With observations on one side only, those near zero are on that side too.
  const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold;
  const upper = hasNegative && !hasPositive ? 0 : zeroThreshold;
  if (below) {
    if (bound <= lower) return NOTHING;
    if (bound >= upper) return { count: zeroCount, middle: (lower + upper) / 2 };
    return { count: (zeroCount * (bound - lower)) / (upper - lower), middle: (lower + bound) / 2 };
  }
  if (bound <= lower) return { count: zeroCount, middle: (lower + upper) / 2 };
  if (bound >= upper) return NOTHING;
  return { count: (zeroCount * (upper - bound)) / (upper - lower), middle: (bound + upper) / 2 };
}

function middleOf(lower: number, upper: number, linear: boolean): number {
  if (!Number.isFinite(lower)) {
    if (!Number.isFinite(upper)) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (!Number.isFinite(upper)) return lower;
  if (linear) return (lower + upper) / 2;
  const geometric = Math.sqrt(Math.abs(lower * upper));
  return upper <= 0 ? -geometric : geometric;
}

function compact(
  indexes: readonly number[],
  counts: readonly number[],
): { indexes: number[]; counts: number[] } {
  const keep = indexes.map((_index, i) => counts[i] !== 0);
  return { indexes: indexes.filter((_index, i) => keep[i]), counts: counts.filter((_count, i) => keep[i]) };
}
