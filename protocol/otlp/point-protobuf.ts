import type { ProtobufReader } from '../protobuf/reader.ts';
import { FIXED64, LENGTH_DELIMITED, VARINT } from '../protobuf/wire-type.ts';
import type { Attribute } from './any-value.ts';
import { readAttribute } from './any-value-protobuf.ts';
import { bytesToHex } from './byte-text.ts';
import type { ItemBudget } from './item-budget.ts';
import type {
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  NumberPoint,
  OtlpExemplar,
  SummaryPoint,
} from './metric.ts';

export function readNumberPoint(reader: ProtobufReader, budget: ItemBudget): NumberPoint {
  budget.spend();
  const outer = reader.enter();
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  const point = { attributes, exemplars, startTimeNs: 0n, timeNs: 0n, flags: 0 };
  let value: number | bigint = 0;
  let integer = false;
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) point.startTimeNs = time(reader);
    else if (field === 3) point.timeNs = time(reader);
    else if (field === 4 || field === 6) {
      integer = field === 6;
      value = measured(reader, integer);
    } else if (field === 5) exemplars.push(readExemplar(reader, budget));
    else if (field === 7) attributes.push(readAttribute(reader, budget));
    else if (field === 8) point.flags = flags(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return { ...point, value, integer };
}

export function readHistogramPoint(reader: ProtobufReader, budget: ItemBudget): HistogramPoint {
  budget.spend();
  const outer = reader.enter();
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  const bucketCounts: number[] = [];
  const explicitBounds: number[] = [];
  const point = { attributes, exemplars, startTimeNs: 0n, timeNs: 0n, flags: 0, count: 0 };
  const optional: { sum?: number; min?: number; max?: number } = {};
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) point.startTimeNs = time(reader);
    else if (field === 3) point.timeNs = time(reader);
    else if (field === 4) point.count = count(reader);
    else if (field === 5) optional.sum = double(reader);
    else if (field === 6) repeated(reader, FIXED64, () => bucketCounts.push(reader.fixed64()));
    else if (field === 7)
      repeated(reader, FIXED64, () => {
        // A bound becomes a series.
        budget.spend();
        explicitBounds.push(reader.double());
      });
    else if (field === 8) exemplars.push(readExemplar(reader, budget));
    else if (field === 9) attributes.push(readAttribute(reader, budget));
    else if (field === 10) point.flags = flags(reader);
    else if (field === 11) optional.min = double(reader);
    else if (field === 12) optional.max = double(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return { ...point, ...optional, bucketCounts, explicitBounds };
}

export function readExponentialPoint(reader: ProtobufReader, budget: ItemBudget): ExponentialHistogramPoint {
  budget.spend();
  const outer = reader.enter();
  const attributes: Attribute[] = [];
  const exemplars: OtlpExemplar[] = [];
  const point = { attributes, exemplars, startTimeNs: 0n, timeNs: 0n, flags: 0, count: 0 };
  const shape = { scale: 0, zeroCount: 0, zeroThreshold: 0 };
  const optional: { sum?: number; min?: number; max?: number } = {};
  let positive: ExponentialBuckets = { offset: 0, counts: [] };
  let negative: ExponentialBuckets = { offset: 0, counts: [] };
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) attributes.push(readAttribute(reader, budget));
    else if (field === 2) point.startTimeNs = time(reader);
    else if (field === 3) point.timeNs = time(reader);
    else if (field === 4) point.count = count(reader);
    else if (field === 5) optional.sum = double(reader);
    else if (field === 6) shape.scale = signed(reader);
    else if (field === 7) shape.zeroCount = count(reader);
    else if (field === 8) positive = readBuckets(reader);
    else if (field === 9) negative = readBuckets(reader);
    else if (field === 10) point.flags = flags(reader);
    else if (field === 11) exemplars.push(readExemplar(reader, budget));
    else if (field === 12) optional.min = double(reader);
    else if (field === 13) optional.max = double(reader);
    else if (field === 14) shape.zeroThreshold = double(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return { ...point, ...shape, ...optional, positive, negative };
}

export function readSummaryPoint(reader: ProtobufReader, budget: ItemBudget): SummaryPoint {
  budget.spend();
  const outer = reader.enter();
  const attributes: Attribute[] = [];
  const quantiles: { quantile: number; value: number }[] = [];
  const point = { attributes, startTimeNs: 0n, timeNs: 0n, flags: 0, count: 0, sum: 0 };
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) point.startTimeNs = time(reader);
    else if (field === 3) point.timeNs = time(reader);
    else if (field === 4) point.count = count(reader);
    else if (field === 5) point.sum = double(reader);
    else if (field === 6) quantiles.push(readQuantile(reader, budget));
    else if (field === 7) attributes.push(readAttribute(reader, budget));
    else if (field === 8) point.flags = flags(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return { ...point, quantiles };
}

function readQuantile(reader: ProtobufReader, budget: ItemBudget): { quantile: number; value: number } {
  budget.spend();
  const outer = reader.enter();
  const read = { quantile: 0, value: 0 };
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) read.quantile = double(reader);
    else if (field === 2) read.value = double(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readBuckets(reader: ProtobufReader): ExponentialBuckets {
  const outer = reader.enter();
  let offset = 0;
  const counts: number[] = [];
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) offset = signed(reader);
    else if (field === 2) repeated(reader, VARINT, () => counts.push(reader.uint64()));
    else reader.skip();
  }
  reader.leave(outer);
  return { offset, counts };
}

function readExemplar(reader: ProtobufReader, budget: ItemBudget): OtlpExemplar {
  budget.spend();
  const outer = reader.enter();
  const filteredAttributes: Attribute[] = [];
  const ids = { timeNs: 0n, traceId: '', spanId: '' };
  let value: number | bigint = 0;
  let integer = false;
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) ids.timeNs = time(reader);
    else if (field === 3 || field === 6) {
      integer = field === 6;
      value = measured(reader, integer);
    } else if (field === 4) ids.spanId = bytesToHex(reader.bytesField());
    else if (field === 5) ids.traceId = bytesToHex(reader.bytesField());
    else if (field === 7) filteredAttributes.push(readAttribute(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { ...ids, filteredAttributes, value, integer };
}

function measured(reader: ProtobufReader, integer: boolean): number | bigint {
  reader.expect(FIXED64);
  return integer ? reader.exactSfixed64() : reader.double();
}

function time(reader: ProtobufReader): bigint {
  reader.expect(FIXED64);
  return reader.bigFixed64();
}

function count(reader: ProtobufReader): number {
  reader.expect(FIXED64);
  return reader.fixed64();
}

function double(reader: ProtobufReader): number {
  reader.expect(FIXED64);
  return reader.double();
}

function signed(reader: ProtobufReader): number {
  reader.expect(VARINT);
  return reader.sint32();
}

function flags(reader: ProtobufReader): number {
  reader.expect(VARINT);
  return reader.uint32();
}

/** A repeated scalar, packed or not: a decoder must take both. */
function repeated(reader: ProtobufReader, wireType: number, readOne: () => void): void {
  if (reader.wireType !== LENGTH_DELIMITED) {
    reader.expect(wireType);
    readOne();
    return;
  }
  const outer = reader.enter();
  while (reader.position < reader.end) readOne();
  reader.leave(outer);
}
