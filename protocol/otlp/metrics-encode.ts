import { ProtobufWriter } from '../protobuf/writer.ts';
import { writeAttributes } from './any-value-protobuf.ts';
import { hexToBytes } from './byte-text.ts';
import {
  type ExponentialBuckets,
  type ExponentialHistogramPoint,
  type HistogramPoint,
  type MetricData,
  type MetricsRequest,
  type NumberPoint,
  type OtlpExemplar,
  type SummaryPoint,
  TEMPORALITIES,
} from './metric.ts';
import { writeResource, writeScope } from './resource.ts';

const DATA_FIELDS = { gauge: 5, sum: 7, histogram: 9, exponential_histogram: 10, summary: 11 } as const;

/** Encodes an ExportMetricsServiceRequest. */
export function encodeMetricsRequest(request: MetricsRequest): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const { resource, scopeMetrics } of request.resourceMetrics) {
    const resourceMark = writer.begin(1);
    writeResource(writer, 1, resource);
    for (const { scope, metrics } of scopeMetrics) {
      const scopeMark = writer.begin(2);
      writeScope(writer, 1, scope);
      for (const { name, description, unit, data } of metrics) {
        const mark = writer.begin(2);
        writer.string(1, name);
        writer.string(2, description);
        writer.string(3, unit);
        writeData(writer, data);
        writer.end(mark);
      }
      writer.end(scopeMark);
    }
    writer.end(resourceMark);
  }
  return writer.finish();
}

function writeData(writer: ProtobufWriter, data: MetricData): void {
  if (data.kind === 'none') return;
  const mark = writer.begin(DATA_FIELDS[data.kind]);
  if (data.kind === 'gauge' || data.kind === 'sum')
    for (const point of data.points) writeNumberPoint(writer, point);
  else if (data.kind === 'histogram') for (const point of data.points) writeHistogramPoint(writer, point);
  else if (data.kind === 'summary') for (const point of data.points) writeSummaryPoint(writer, point);
  else for (const point of data.points) writeExponentialPoint(writer, point);
  if ('temporality' in data) writer.uint(2, TEMPORALITIES.indexOf(data.temporality));
  if ('monotonic' in data) writer.bool(3, data.monotonic);
  writer.end(mark);
}

function writeNumberPoint(writer: ProtobufWriter, point: NumberPoint): void {
  const mark = writer.begin(1);
  writer.fixed64(2, point.startTimeNs);
  writer.fixed64(3, point.timeNs);
  if (point.integer) writer.sfixed64(6, point.value);
  else writer.double(4, Number(point.value));
  for (const exemplar of point.exemplars) writeExemplar(writer, 5, exemplar);
  writeAttributes(writer, 7, point.attributes);
  writer.uint(8, point.flags);
  writer.end(mark);
}

function writeHistogramPoint(writer: ProtobufWriter, point: HistogramPoint): void {
  const mark = writer.begin(1);
  writer.fixed64(2, point.startTimeNs);
  writer.fixed64(3, point.timeNs);
  writer.fixed64(4, point.count);
  if (point.sum !== undefined) writer.double(5, point.sum);
  for (const count of point.bucketCounts) writer.fixed64(6, count);
  const bounds = writer.begin(7);
  for (const bound of point.explicitBounds) writer.rawDouble(bound);
  writer.end(bounds);
  for (const exemplar of point.exemplars) writeExemplar(writer, 8, exemplar);
  writeAttributes(writer, 9, point.attributes);
  writer.uint(10, point.flags);
  if (point.min !== undefined) writer.double(11, point.min);
  if (point.max !== undefined) writer.double(12, point.max);
  writer.end(mark);
}

function writeExponentialPoint(writer: ProtobufWriter, point: ExponentialHistogramPoint): void {
  const mark = writer.begin(1);
  writeAttributes(writer, 1, point.attributes);
  writer.fixed64(2, point.startTimeNs);
  writer.fixed64(3, point.timeNs);
  writer.fixed64(4, point.count);
  if (point.sum !== undefined) writer.double(5, point.sum);
  writer.sint(6, point.scale);
  writer.fixed64(7, point.zeroCount);
  writeBuckets(writer, 8, point.positive);
  writeBuckets(writer, 9, point.negative);
  writer.uint(10, point.flags);
  for (const exemplar of point.exemplars) writeExemplar(writer, 11, exemplar);
  if (point.min !== undefined) writer.double(12, point.min);
  if (point.max !== undefined) writer.double(13, point.max);
  writer.double(14, point.zeroThreshold);
  writer.end(mark);
}

function writeBuckets(writer: ProtobufWriter, field: number, { offset, counts }: ExponentialBuckets): void {
  const mark = writer.begin(field);
  writer.sint(1, offset);
  const packed = writer.begin(2);
  for (const count of counts) writer.varint(count);
  writer.end(packed);
  writer.end(mark);
}

function writeSummaryPoint(writer: ProtobufWriter, point: SummaryPoint): void {
  const mark = writer.begin(1);
  writer.fixed64(2, point.startTimeNs);
  writer.fixed64(3, point.timeNs);
  writer.fixed64(4, point.count);
  writer.double(5, point.sum);
  for (const { quantile, value } of point.quantiles) {
    const quantileMark = writer.begin(6);
    writer.double(1, quantile);
    writer.double(2, value);
    writer.end(quantileMark);
  }
  writeAttributes(writer, 7, point.attributes);
  writer.uint(8, point.flags);
  writer.end(mark);
}

function writeExemplar(writer: ProtobufWriter, field: number, exemplar: OtlpExemplar): void {
  const mark = writer.begin(field);
  writer.fixed64(2, exemplar.timeNs);
  if (exemplar.integer) writer.sfixed64(6, exemplar.value);
  else writer.double(3, Number(exemplar.value));
  writer.bytes(4, hexToBytes(exemplar.spanId) ?? new Uint8Array());
  writer.bytes(5, hexToBytes(exemplar.traceId) ?? new Uint8Array());
  writeAttributes(writer, 7, exemplar.filteredAttributes);
  writer.end(mark);
}
