import { getLabel, METRIC_NAME } from '../labels/labels.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import type { MetricType } from '../series/write-series.ts';
import { readHistogram } from './histogram.ts';
import { decodeLabelPairs } from './label-bytes.ts';
import { metricTypeOf } from './metric-type.ts';
import { SampleCursor } from './sample-cursor.ts';
import type { WriteVisitor } from './visitor.ts';

/**
 * Walks an uncompressed `io.prometheus.write.v2.Request` (remote write 2.0). Labels reach the visitor as 1.0's bytes, put
 * together from the request's symbols. Throws DecodeError where the bytes are not such a request; what came before
 * has been visited.
 */
export function walkWriteRequestV2(bytes: Uint8Array, visitor: WriteVisitor): void {
  const symbols = readSymbols(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new ProtobufReader(bytes, 'remote write 2.0');
  const cursor = new SampleCursor();
  const labels = new LabelBuilder(bytes, symbols);
  while (reader.next()) {
    if (reader.field !== 5) {
      reader.skip();
      continue;
    }
    const outer = reader.enter();
    walkSeries(bytes, view, reader, cursor, labels, symbols, visitor);
    reader.leave(outer);
  }
}

function walkSeries(
  bytes: Uint8Array,
  view: DataView,
  reader: ProtobufReader,
  cursor: SampleCursor,
  labels: LabelBuilder,
  symbols: Symbols,
  visitor: WriteVisitor,
): void {
  const start = reader.position;
  labels.clear();
  // Labels first, wherever they stand, because everything else belongs to them.
  while (reader.next()) {
    if (reader.field === 1) readLabelRefs(reader, labels);
    else reader.skip();
  }
  if (labels.hasOddRef) reader.fail('a label without a value', start);
  visitor.series(labels.bytes, 0, labels.length);
  reader.position = start;
  while (reader.next()) {
    if (reader.field < 2 || reader.field > 5) {
      reader.skip();
      continue;
    }
    const outer = reader.enter();
    if (reader.field === 2) {
      cursor.read(bytes, view, reader.position, reader.end);
      visitor.sample(cursor.timestampMs, cursor.value, cursor.startTimestampMs);
    } else if (reader.field === 3) {
      const read = readHistogram(reader);
      if (typeof read === 'string') visitor.badHistogram(read);
      else visitor.histogram(read.timestampMs, read.histogram, read.startTimestampMs);
    } else if (reader.field === 4) walkExemplar(reader, new LabelBuilder(bytes, symbols), visitor);
    else walkMetadata(reader, labels, symbols, visitor);
    reader.leave(outer);
  }
}

function readLabelRefs(reader: ProtobufReader, labels: LabelBuilder): void {
  if (reader.wireType === 0) {
    labels.add(reader, reader.uint32());
    return;
  }
  const outer = reader.enter();
  while (reader.position < reader.end) labels.add(reader, reader.uint32());
  reader.leave(outer);
}

function walkExemplar(reader: ProtobufReader, labels: LabelBuilder, visitor: WriteVisitor): void {
  let value = 0;
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === 1) readLabelRefs(reader, labels);
    else if (reader.field === 2) {
      reader.expect(1);
      value = reader.double();
    } else if (reader.field === 3) {
      reader.expect(0);
      timestampMs = reader.int64();
    } else reader.skip();
  }
  if (labels.hasOddRef) reader.fail('an exemplar label without a value');
  visitor.exemplar(labels.bytes, 0, labels.length, value, timestampMs);
}

function walkMetadata(
  reader: ProtobufReader,
  labels: LabelBuilder,
  symbols: Symbols,
  visitor: WriteVisitor,
): void {
  let type = 0;
  let helpRef = 0;
  let unitRef = 0;
  while (reader.next()) {
    if (reader.field === 1) type = reader.uint32();
    else if (reader.field === 3) helpRef = reader.uint32();
    else if (reader.field === 4) unitRef = reader.uint32();
    else reader.skip();
  }
  if (type === 0 && helpRef === 0 && unitRef === 0) return;
  const kind = metricTypeOf(type);
  const metric = familyOf(getLabel(decodeLabelPairs(labels.bytes, 0, labels.length), METRIC_NAME), kind);
  const help = symbols.text(reader, helpRef);
  visitor.metadata({ metric, type: kind, help, unit: symbols.text(reader, unitRef) });
}

const FAMILY_SUFFIXES: Partial<Record<MetricType, RegExp>> = {
  histogram: /_(bucket|count|sum)$/,
  gaugehistogram: /_(bucket|gcount|gsum)$/,
  summary: /_(count|sum)$/,
};

/** Metadata comes with each series of a family; it is the family's, which is called without the series' suffix. */
function familyOf(metric: string, type: MetricType): string {
  const suffix = FAMILY_SUFFIXES[type];
  return suffix ? metric.replace(suffix, '') : metric;
}

/** Where each symbol's bytes lie in the request. */
interface Symbols {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
  text(reader: ProtobufReader, ref: number): string;
}

function readSymbols(bytes: Uint8Array): Symbols {
  const reader = new ProtobufReader(bytes, 'remote write 2.0');
  let starts = new Uint32Array(1024);
  let ends = new Uint32Array(1024);
  let count = 0;
  while (reader.next()) {
    if (reader.field !== 4) {
      reader.skip();
      continue;
    }
    if (count === starts.length) {
      starts = grown(starts);
      ends = grown(ends);
    }
    const outer = reader.enter();
    starts[count] = reader.position;
    ends[count] = reader.end;
    count++;
    reader.leave(outer);
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return {
    starts,
    ends,
    count,
    text(user, ref) {
      if (ref >= count) user.fail(`symbol ${ref} of ${count}`);
      try {
        return utf8.decode(bytes.subarray(starts[ref], ends[ref]));
      } catch {
        return user.fail(`symbol ${ref} is not valid UTF-8`, starts[ref]);
      }
    },
  };
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Writes 1.0's label bytes from pairs of symbol references; one buffer serves all series of a request. */
class LabelBuilder {
  bytes = new Uint8Array(512);
  length = 0;
  hasOddRef = false;
  readonly #source: Uint8Array;
  readonly #symbols: Symbols;
  #nameRef = 0;

  constructor(source: Uint8Array, symbols: Symbols) {
    this.#source = source;
    this.#symbols = symbols;
  }

  clear(): void {
    this.length = 0;
    this.hasOddRef = false;
  }

  add(reader: ProtobufReader, ref: number): void {
    if (ref >= this.#symbols.count) reader.fail(`symbol ${ref} of ${this.#symbols.count}`);
    this.hasOddRef = !this.hasOddRef;
    if (this.hasOddRef) this.#nameRef = ref;
    else this.#addLabel(this.#nameRef, ref);
  }

  #addLabel(nameRef: number, valueRef: number): void {
    const { starts, ends } = this.#symbols;
    const nameLength = ends[nameRef]! - starts[nameRef]!;
    const valueLength = ends[valueRef]! - starts[valueRef]!;
    const size = 2 + varintBytes(nameLength) + nameLength + varintBytes(valueLength) + valueLength;
    const needed = this.length + 6 + size;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.#writeTagAndLength(0x0a, size);
    this.#writeTagAndLength(0x0a, nameLength);
    this.#copy(starts[nameRef]!, nameLength);
    this.#writeTagAndLength(0x12, valueLength);
    this.#copy(starts[valueRef]!, valueLength);
  }

  #writeTagAndLength(tag: number, length: number): void {
    this.bytes[this.length++] = tag;
    let rest = length;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  #copy(start: number, length: number): void {
    const { bytes } = this;
    const source = this.#source;
    let out = this.length;
    for (let i = start; i < start + length; i++) bytes[out++] = source[i]!;
    this.length = out;
  }
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}
