import { coarserIndex, isCustom, spellOut, upperBound } from './buckets.ts';
import { commonBounds, remapToBounds } from './custom-bounds.ts';
import type { Histogram } from './histogram.ts';
import { widenZero } from './histogram-sum.ts';

/** True when the counter must have been reset between the two samples. Source: the native histogram specification. */
export function detectReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterReset === 'reset') return true;
  if (current.counterReset === 'none') return false;
  if (current.count < previous.count) return true;
  if (isCustom(current) !== isCustom(previous)) return true;
  if (isCustom(current)) return hasFallenCustom(current, previous);
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true;
  const wide = widenZero(
    previous.schema,
    valuesOf(previous.positiveSpans, previous.positiveBuckets),
    valuesOf(previous.negativeSpans, previous.negativeBuckets),
    previous.zeroCount,
    current.zeroThreshold,
  );
  if (wide.threshold !== current.zeroThreshold || current.zeroCount < wide.count) return true;
  return (
    hasFallen(
      current,
      previous,
      current.positiveSpans,
      current.positiveBuckets,
      previous.positiveSpans,
      previous.positiveBuckets,
    ) ||
    hasFallen(
      current,
      previous,
      current.negativeSpans,
      current.negativeBuckets,
      previous.negativeSpans,
      previous.negativeBuckets,
    )
  );
}

type Spans = Histogram['positiveSpans'];
type Counts = readonly number[];

function valuesOf(spans: Spans, counts: Counts): Map<number, { readonly value: number }> {
  const buckets = spellOut(spans, counts);
  return new Map(buckets.indexes.map((index, i) => [index, { value: buckets.counts[i]! }]));
}

function hasFallen(
  current: Histogram,
  previous: Histogram,
  spans: Spans,
  counts: Counts,
  spansBefore: Spans,
  countsBefore: Counts,
): boolean {
  const before = new Map<number, number>();
  const buckets = spellOut(spansBefore, countsBefore);
  buckets.indexes.forEach((index, i) => {
    if (upperBound(previous.schema, index) <= current.zeroThreshold) return;
    const target = coarserIndex(index, previous.schema, current.schema);
    before.set(target, (before.get(target) ?? 0) + buckets.counts[i]!);
  });
  return anyLower(spellOut(spans, counts), (index) => index, before);
}

function hasFallenCustom(current: Histogram, previous: Histogram): boolean {
  const bounds = commonBounds(current.customBounds, previous.customBounds);
  const remap = (from: readonly number[]) => (index: number) =>
    bounds === null ? index : remapToBounds(index, from, bounds);
  const before = new Map<number, number>();
  const target = remap(previous.customBounds);
  const buckets = spellOut(previous.positiveSpans, previous.positiveBuckets);
  buckets.indexes.forEach((index, i) => {
    before.set(target(index), (before.get(target(index)) ?? 0) + buckets.counts[i]!);
  });
  return anyLower(
    spellOut(current.positiveSpans, current.positiveBuckets),
    remap(current.customBounds),
    before,
  );
}

function anyLower(
  current: { readonly indexes: readonly number[]; readonly counts: Counts },
  target: (index: number) => number,
  before: ReadonlyMap<number, number>,
): boolean {
  const now = new Map<number, number>();
  current.indexes.forEach((index, i) => {
    now.set(target(index), (now.get(target(index)) ?? 0) + current.counts[i]!);
  });
  for (const [index, count] of before) if ((now.get(index) ?? 0) < count) return true;
  return false;
}
