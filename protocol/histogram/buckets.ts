import { boundFractions } from './exponential-bounds.ts';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from './histogram.ts';

/** The populated buckets of one side: ascending indexes and their counts. */
export interface Buckets {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

/** Spells spans out. Buckets with count 0 are left out. */
export function spellOut(spans: readonly Span[], counts: readonly number[]): Buckets {
  const indexes: number[] = [];
  const kept: number[] = [];
  let index = 0;
  let next = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++, index++) {
      const count = counts[next++] ?? 0;
      if (count === 0) continue;
      indexes.push(index);
      kept.push(count);
    }
  }
  return { indexes, counts: kept };
}

/** The spans that place ascending indexes. */
export function spansOf(indexes: readonly number[]): Span[] {
  const spans: { offset: number; length: number }[] = [];
  let end = 0;
  for (const index of indexes) {
    const last = spans.at(-1);
    if (last !== undefined && index === end) last.length++;
    else spans.push({ offset: index - end, length: 1 });
    end = index + 1;
  }
  return spans;
}

export function isCustom(histogram: Pick<Histogram, 'schema'>): boolean {
  return histogram.schema === CUSTOM_BOUNDS_SCHEMA;
}

/**
 * The upper bound of a bucket: 2^(index * 2^-schema), for positive and (mirrored) negative buckets. The bucket
 * that would end at 2^1024 ends at the largest float, the one behind it at +Inf.
 */
export function upperBound(schema: number, index: number): number {
  if (schema <= 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const perPower = 2 ** schema;
  const power = Math.floor(index / perPower) + 1;
  const fraction = boundFractions(schema)[index - (power - 1) * perPower]!;
  if (fraction === 0.5 && power === 1025) return Number.MAX_VALUE;
  // In two steps, since 2^1024 is no float where the product still is.
  return power > 1023 ? fraction * 2 * 2 ** (power - 1) : fraction * 2 ** power;
}

/** The index a bucket has at a coarser schema. */
export function coarserIndex(index: number, from: number, to: number): number {
  return from === to ? index : Math.floor((index - 1) / 2 ** (from - to)) + 1;
}

/** A bucket with its bounds, as the values lie: negative ones from the lowest up, the zero bucket, positive ones. */
export interface BoundedBucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** All populated buckets in ascending order. */
export function ascendingBuckets(histogram: Histogram): BoundedBucket[] {
  const result: BoundedBucket[] = [];
  const { schema, customBounds } = histogram;
  const positive = spellOut(histogram.positiveSpans, histogram.positiveBuckets);
  if (isCustom(histogram)) {
    positive.indexes.forEach((index, i) => {
      const lower = index === 0 ? Number.NEGATIVE_INFINITY : customBounds[index - 1]!;
      const upper = index < customBounds.length ? customBounds[index]! : Number.POSITIVE_INFINITY;
      result.push({
        lower,
        upper,
        lowerInclusive: index === 0,
        upperInclusive: true,
        count: positive.counts[i]!,
      });
    });
    return result;
  }
  const negative = spellOut(histogram.negativeSpans, histogram.negativeBuckets);
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i]!;
    const lower = -upperBound(schema, index);
    // The zero bucket may reach into the first bucket beside it.
    const upper = Math.min(-upperBound(schema, index - 1), -histogram.zeroThreshold);
    result.push({ lower, upper, lowerInclusive: true, upperInclusive: false, count: negative.counts[i]! });
  }
  if (histogram.zeroCount > 0) {
    const { zeroThreshold } = histogram;
    const bounds = {
      lower: -zeroThreshold,
      upper: zeroThreshold,
      lowerInclusive: true,
      upperInclusive: true,
    };
    result.push({ ...bounds, count: histogram.zeroCount });
  }
  positive.indexes.forEach((index, i) => {
    const lower = Math.max(upperBound(schema, index - 1), histogram.zeroThreshold);
    const upper = upperBound(schema, index);
    result.push({ lower, upper, lowerInclusive: false, upperInclusive: true, count: positive.counts[i]! });
  });
  return result;
}
