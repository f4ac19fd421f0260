import type { FallenCounts } from './raised-counts.ts';

/** A cumulative bucket of a classic histogram. */
export interface ClassicBucket {
  readonly upper: number;
  count: number;
}

export interface ClassicResult {
  readonly value: number;
  /** Counts that fell from one bucket to the next were raised, by more than rounding explains; null when none did. */
  readonly fallen: FallenCounts | null;
}

const ROUNDING = 1e-12;

/** The q-quantile of cumulative buckets sorted by bound, linear within a bucket. NaN without a +Inf bucket. */
export function classicQuantile(q: number, given: ClassicBucket[]): ClassicResult {
  const plain = (value: number): ClassicResult => ({ value, fallen: null });
  if (Number.isNaN(q)) return plain(Number.NaN);
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  const prepared = prepare(given);
  if (prepared === null) return plain(Number.NaN);
  const { buckets, fallen } = prepared;
  const last = buckets.length - 1;
  const observations = buckets[last]!.count;
  if (buckets.length < 2 || observations === 0) return { value: Number.NaN, fallen };
  let rank = q * observations;
  const found = firstOfCount(buckets, rank);
  if (found === last) return { value: buckets[last - 1]!.upper, fallen };
  const { upper } = buckets[found]!;
  if (found === 0 && upper <= 0) return { value: upper, fallen };
  let lower = 0;
  let { count } = buckets[found]!;
  if (found > 0) {
    lower = buckets[found - 1]!.upper;
    count -= buckets[found - 1]!.count;
    rank -= buckets[found - 1]!.count;
  }
  return { value: lower + (upper - lower) * (rank / count), fallen };
}

/** The first bucket that holds `rank` observations, the last one if none does; where counts are NaN, the one Prometheus' search ends at. */
function firstOfCount(buckets: readonly ClassicBucket[], rank: number): number {
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (buckets[middle]!.count >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The share of the observations in [lower, upper]. Unlike for quantiles, counts that fall are taken as they are. */
export function classicFraction(lower: number, upper: number, given: ClassicBucket[]): ClassicResult {
  const plain = (value: number): ClassicResult => ({ value, fallen: null });
  const buckets = mergeEqualBounds(given);
  if (buckets === null) return plain(Number.NaN);
  const all = buckets.at(-1)!.count;
  if (all === 0 || Number.isNaN(all) || Number.isNaN(lower) || Number.isNaN(upper)) return plain(Number.NaN);
  if (lower >= upper) return plain(0);
  const below = (bound: number): number => Math.min(all, countBelow(buckets, bound));
  return plain((below(upper) - below(lower)) / all);
}

function countBelow(buckets: readonly ClassicBucket[], value: number): number {
  let below = 0;
  for (const [i, { upper, count }] of buckets.entries()) {
    const lower = i > 0 ? buckets[i - 1]!.upper : upper > 0 ? 0 : Number.NEGATIVE_INFINITY;
    if (lower >= value) return below;
    if (upper > value) {
      // Of a bucket that reaches to infinity everything lies at its other end.
      if (lower === Number.NEGATIVE_INFINITY) return count;
      if (upper === Number.POSITIVE_INFINITY) return below;
      return below + ((count - below) * (value - lower)) / (upper - lower);
    }
    below = count;
  }
  return below;
}

/** One bucket a bound; null when the highest bound is not +Inf. */
function mergeEqualBounds(given: readonly ClassicBucket[]): ClassicBucket[] | null {
  if (given.length === 0 || given.at(-1)!.upper !== Number.POSITIVE_INFINITY) return null;
  const buckets: ClassicBucket[] = [];
  for (const bucket of given) {
    const last = buckets.at(-1);
    if (last !== undefined && last.upper === bucket.upper) last.count += bucket.count;
    else buckets.push(bucket);
  }
  return buckets;
}

/** Merges equal bounds and makes counts rise; null when the highest bound is not +Inf. */
function prepare(
  given: ClassicBucket[],
): { readonly buckets: ClassicBucket[]; readonly fallen: FallenCounts | null } | null {
  const buckets = mergeEqualBounds(given);
  if (buckets === null) return null;
  let [lowest, highest, fall] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let previous = buckets[0]!.count;
  for (let i = 1; i < buckets.length; i++) {
    const bucket = buckets[i]!;
    if (bucket.count === previous) continue;
    if (isRounding(previous, bucket.count)) bucket.count = previous;
    else if (bucket.count < previous) {
      lowest = Math.min(lowest, bucket.upper);
      highest = bucket.upper;
      fall = Math.max(fall, previous - bucket.count);
      bucket.count = previous;
    } else previous = bucket.count;
  }
  return { buckets, fallen: fall > 0 ? { lowest, highest, fall } : null };
}

function isRounding(a: number, b: number): boolean {
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) < ROUNDING;
}
