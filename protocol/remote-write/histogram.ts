import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '../histogram/histogram.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';

/** A Histogram message, the same in both versions of remote write. */
export interface HistogramMessage {
  readonly histogram: Histogram;
  readonly timestampMs: number;
  readonly startTimestampMs: number;
}

const RESET_HINTS = ['unknown', 'reset', 'none', 'gauge'] as const;
// One histogram's buckets: Prometheus has no limit, but 160 is the usual maximum of a client.
const BUCKETS_MAX = 65_536;

/** Reads the message the reader has entered. A string says why it is no histogram although it is well-formed. */
export function readHistogram(reader: ProtobufReader): HistogramMessage | string {
  let count = 0;
  let sum = 0;
  let schema = 0;
  let zeroThreshold = 0;
  let zeroCount = 0;
  let hint = 0;
  let isWhole = false;
  let timestampMs = 0;
  let startTimestampMs = 0;
  const negativeSpans: Span[] = [];
  const positiveSpans: Span[] = [];
  const negativeDeltas: number[] = [];
  const positiveDeltas: number[] = [];
  const negativeCounts: number[] = [];
  const positiveCounts: number[] = [];
  const customBounds: number[] = [];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
      case 6: {
        const field = reader.field;
        reader.expect(0);
        const value = reader.uint64();
        if (field === 1) {
          count = value;
          isWhole = true;
        } else zeroCount = value;
        break;
      }
      case 2:
      case 3:
      case 5:
      case 7: {
        const field = reader.field;
        reader.expect(1);
        const value = reader.double();
        if (field === 2) {
          count = value;
          isWhole = false;
        } else if (field === 3) sum = value;
        else if (field === 5) zeroThreshold = value;
        else zeroCount = value;
        break;
      }
      case 4:
        reader.expect(0);
        schema = reader.sint32();
        break;
      case 8:
        negativeSpans.push(readSpan(reader));
        break;
      case 9:
        readRepeated(reader, 0, negativeDeltas, () => reader.sint64());
        break;
      case 10:
        readRepeated(reader, 1, negativeCounts, () => reader.double());
        break;
      case 11:
        positiveSpans.push(readSpan(reader));
        break;
      case 12:
        readRepeated(reader, 0, positiveDeltas, () => reader.sint64());
        break;
      case 13:
        readRepeated(reader, 1, positiveCounts, () => reader.double());
        break;
      case 14:
        reader.expect(0);
        hint = reader.uint32();
        break;
      case 15:
      case 17: {
        const field = reader.field;
        reader.expect(0);
        const value = reader.int64();
        if (field === 15) timestampMs = value;
        else startTimestampMs = value;
        break;
      }
      case 16:
        readRepeated(reader, 1, customBounds, () => reader.double());
        break;
      default:
        reader.skip();
    }
  }
  const histogram: Histogram = {
    schema,
    counterReset: RESET_HINTS[hint] ?? 'unknown',
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets: positiveDeltas.length > 0 ? summed(positiveDeltas) : positiveCounts,
    negativeSpans,
    negativeBuckets: negativeDeltas.length > 0 ? summed(negativeDeltas) : negativeCounts,
    customBounds,
  };
  return (
    faultOf(histogram) ??
    (isWhole ? countFault(histogram) : null) ?? { histogram, timestampMs, startTimestampMs }
  );
}

/** Writes the fields of a Histogram message with float counts. */
export function writeHistogram(writer: ProtobufWriter, message: HistogramMessage): void {
  const { histogram, timestampMs, startTimestampMs } = message;
  writer.double(2, histogram.count);
  writer.double(3, histogram.sum);
  writer.sint(4, histogram.schema);
  writer.double(5, histogram.zeroThreshold);
  writer.double(7, histogram.zeroCount);
  writeSpans(writer, 8, histogram.negativeSpans);
  writeDoubles(writer, 10, histogram.negativeBuckets);
  writeSpans(writer, 11, histogram.positiveSpans);
  writeDoubles(writer, 13, histogram.positiveBuckets);
  const hint = RESET_HINTS.indexOf(histogram.counterReset);
  if (hint > 0) writer.uint(14, hint);
  writer.int(15, timestampMs);
  writeDoubles(writer, 16, histogram.customBounds);
  if (startTimestampMs !== 0) writer.int(17, startTimestampMs);
}

function readSpan(reader: ProtobufReader): Span {
  const outer = reader.enter();
  let offset = 0;
  let length = 0;
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32();
    else if (reader.field === 2) length = reader.uint32();
    else reader.skip();
  }
  reader.leave(outer);
  return { offset, length };
}

/** A repeated scalar, packed or one by one: decoders must take both. */
function readRepeated(reader: ProtobufReader, wireType: number, into: number[], read: () => number): void {
  if (reader.wireType !== 2) {
    reader.expect(wireType);
    into.push(read());
    return;
  }
  const outer = reader.enter();
  while (reader.position < reader.end) {
    if (into.length >= BUCKETS_MAX) reader.fail(`a histogram of more than ${BUCKETS_MAX} buckets`);
    into.push(read());
  }
  reader.leave(outer);
}

function summed(deltas: readonly number[]): number[] {
  let total = 0;
  return deltas.map((delta) => {
    total += delta;
    return total;
  });
}

/** Counts beyond 2^53 are floats that are next to them. */
const COUNT_ROUNDING = 2 ** -40;

/** Source: prometheus/prometheus model/histogram, Validate. */
function faultOf(histogram: Histogram): string | null {
  const { schema, positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customBounds } = histogram;
  if (schema !== CUSTOM_BOUNDS_SCHEMA && (schema < -9 || schema > 52)) return `unknown schema ${schema}`;
  if (schema === CUSTOM_BOUNDS_SCHEMA) {
    if (negativeBuckets.length > 0 || histogram.zeroCount !== 0)
      return 'custom buckets with a zero or negative bucket';
    for (let i = 0; i < customBounds.length; i++) {
      if (Number.isNaN(customBounds[i]) || (i > 0 && customBounds[i]! <= customBounds[i - 1]!))
        return 'custom bounds that do not ascend';
    }
    if (customBounds.at(-1) === Number.POSITIVE_INFINITY)
      return 'a custom bound of +Inf, which is understood';
    const reach = positiveSpans.reduce((sum, span) => sum + span.offset + span.length, 0);
    if (reach > customBounds.length + 1) return 'more custom buckets than bounds';
  } else if (customBounds.length > 0) return 'custom bounds with an exponential schema';
  return (
    sideFault('positive', positiveSpans, positiveBuckets) ??
    sideFault('negative', negativeSpans, negativeBuckets) ??
    (histogram.count < 0 || histogram.zeroCount < 0 ? 'a negative count' : null)
  );
}

/**
 * Of whole counts only: sums of floats may be off by rounding. Observations of NaN, which make the sum NaN, are
 * counted but in no bucket.
 */
function countFault({ count, zeroCount, sum, positiveBuckets, negativeBuckets }: Histogram): string | null {
  const found = [...positiveBuckets, ...negativeBuckets].reduce((total, bucket) => total + bucket, zeroCount);
  const excess = found - count;
  const wrong = Number.isNaN(sum) ? excess : Math.abs(excess);
  return wrong > count * COUNT_ROUNDING ? `${found} observations in the buckets, ${count} in all` : null;
}

function sideFault(side: string, spans: readonly Span[], buckets: readonly number[]): string | null {
  let length = 0;
  for (const [index, span] of spans.entries()) {
    if (index > 0 && span.offset < 0) return `${side} spans that overlap`;
    length += span.length;
  }
  if (length !== buckets.length) return `${side} spans for ${length} buckets, there are ${buckets.length}`;
  return buckets.some((bucket) => bucket < 0) ? `a ${side} bucket below zero` : null;
}

function writeSpans(writer: ProtobufWriter, field: number, spans: readonly Span[]): void {
  for (const span of spans) {
    const mark = writer.begin(field);
    writer.sint(1, span.offset);
    writer.uint(2, span.length);
    writer.end(mark);
  }
}

function writeDoubles(writer: ProtobufWriter, field: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const mark = writer.begin(field);
  for (const value of values) writer.rawDouble(value);
  writer.end(mark);
}
