import type { Histogram, Span } from '../../histogram/histogram.ts';
import { EXPONENTIAL_BUCKETS_MAX } from '../limits.ts';
import type { ExponentialBuckets, ExponentialHistogramPoint } from '../metric.ts';

const SCHEMA_MAX = 8;
const SCHEMA_MIN = -4;
/** A double's mantissa has no finer steps. SDKs start at 20. */
const SCALE_MAX = 52;
/** OTLP says "implementation defined"; this is Prometheus' for points that name none. */
const DEFAULT_ZERO_THRESHOLD = 1e-128;
/** Empty buckets between two populated ones that are cheaper stored than skipped. */
const GAP_MAX = 2;

/**
 * An exponential histogram as a native one, or the reason why it cannot be. Scales above 8 are merged down to it.
 * OTLP's bucket i holds (base^i, base^(i+1)], Prometheus' bucket j holds (base^(j-1), base^j]: hence j = i + 1.
 */
export function toNativeHistogram(point: ExponentialHistogramPoint): Histogram | string {
  const { scale } = point;
  if (!Number.isInteger(scale)) return 'the scale of an exponential histogram is not an integer';
  if (scale > SCALE_MAX) return `an exponential histogram's scale ${scale} is above ${SCALE_MAX}`;
  if (scale < SCHEMA_MIN) return `an exponential histogram's scale ${scale} is below ${SCHEMA_MIN}`;
  const mergeBits = Math.max(0, scale - SCHEMA_MAX);
  const positive = toSpans(point.positive, mergeBits);
  const negative = toSpans(point.negative, mergeBits);
  if (positive === undefined || negative === undefined)
    return `an exponential histogram has more than ${EXPONENTIAL_BUCKETS_MAX} buckets or an offset that is no int32`;
  return {
    schema: scale - mergeBits,
    counterReset: 'unknown',
    zeroThreshold: point.zeroThreshold === 0 ? DEFAULT_ZERO_THRESHOLD : point.zeroThreshold,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum ?? 0,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customBounds: [],
  };
}

function toSpans(
  { offset, counts }: ExponentialBuckets,
  mergeBits: number,
): { spans: Span[]; buckets: number[] } | undefined {
  if (counts.length > EXPONENTIAL_BUCKETS_MAX || (offset | 0) !== offset) return undefined;
  const merged = new Map<number, number>();
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    // Division, not a shift: offset + i may pass 2^31, the difference of scales 31.
    const index = Math.floor((offset + i) / 2 ** mergeBits) + 1;
    merged.set(index, (merged.get(index) ?? 0) + count);
  }
  const spans: { offset: number; length: number }[] = [];
  const buckets: number[] = [];
  let next = 0;
  for (const [index, count] of merged) {
    const gap = index - next;
    const last = spans.at(-1);
    if (last === undefined || gap > GAP_MAX) spans.push({ offset: gap, length: 1 });
    else {
      for (let empty = 0; empty < gap; empty++) buckets.push(0);
      last.length += gap + 1;
    }
    buckets.push(count);
    next = index + 1;
  }
  return { spans, buckets };
}
