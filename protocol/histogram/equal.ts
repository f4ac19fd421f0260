import { type Buckets, isCustom, spellOut } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** Equal in layout and in every count, NaN equal to NaN; the counter reset hint does not matter. */
export function equalHistograms(a: Histogram, b: Histogram): boolean {
  if (a.schema !== b.schema || !Object.is(a.count, b.count) || !sameNumber(a.sum, b.sum)) return false;
  if (isCustom(a)) {
    if (!sameList(a.customBounds, b.customBounds)) return false;
  } else if (a.zeroThreshold !== b.zeroThreshold || !sameNumber(a.zeroCount, b.zeroCount)) {
    return false;
  }
  return (
    sameBuckets(spellOut(a.positiveSpans, a.positiveBuckets), spellOut(b.positiveSpans, b.positiveBuckets)) &&
    sameBuckets(spellOut(a.negativeSpans, a.negativeBuckets), spellOut(b.negativeSpans, b.negativeBuckets))
  );
}

function sameBuckets(a: Buckets, b: Buckets): boolean {
  return sameList(a.indexes, b.indexes) && sameList(a.counts, b.counts);
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => sameNumber(value, b[i]!));
}

function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
