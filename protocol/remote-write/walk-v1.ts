import { ProtobufReader } from '../protobuf/reader.ts';
import { readHistogram } from './histogram.ts';
import { metricTypeOf } from './metric-type.ts';
import { SampleCursor } from './sample-cursor.ts';
import type { WriteVisitor } from './visitor.ts';

const LABELS = 0x0a; // field 1, a message
const SAMPLES = 0x12; // field 2, a message

/**
 * Walks an uncompressed `prometheus.WriteRequest` (remote write 1.0). Throws DecodeError where the bytes are not one;
 * what came before it has been visited.
 */
export function walkWriteRequestV1(bytes: Uint8Array, visitor: WriteVisitor): void {
  const reader = new ProtobufReader(bytes, 'remote write 1.0');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new SampleCursor();
  while (reader.next()) {
    if (reader.field === 1) {
      const outer = reader.enter();
      walkSeries(bytes, view, reader, cursor, visitor);
      reader.leave(outer);
    } else if (reader.field === 3) visitor.metadata(readMetadata(reader));
    else reader.skip();
  }
}

/** One TimeSeries. Its usual form, labels and then samples with short lengths, is walked without the reader. */
function walkSeries(
  bytes: Uint8Array,
  view: DataView,
  reader: ProtobufReader,
  cursor: SampleCursor,
  visitor: WriteVisitor,
): void {
  const start = reader.position;
  const end = reader.end;
  let at = start;
  while (at + 1 < end && bytes[at] === LABELS) {
    const length = bytes[at + 1]!;
    if (length < 0x80) at += 2 + length;
    else if (at + 2 < end && bytes[at + 2]! < 0x80) at += 3 + (length & 0x7f) + (bytes[at + 2]! << 7);
    else break;
  }
  if (at > end) reader.fail('a label reaches beyond its series', start);
  const labelsEnd = at;
  if (!hasLabelFrom(reader, labelsEnd)) visitor.series(bytes, start, labelsEnd);
  else {
    const gathered = gatherLabels(bytes, reader, start);
    visitor.series(gathered, 0, gathered.length);
  }
  while (at + 1 < end && bytes[at] === SAMPLES && bytes[at + 1]! < 0x80) {
    const sampleEnd = at + 2 + bytes[at + 1]!;
    if (sampleEnd > end) reader.fail('a sample reaches beyond its series', at);
    cursor.read(bytes, view, at + 2, sampleEnd);
    visitor.sample(cursor.timestampMs, cursor.value, cursor.startTimestampMs);
    at = sampleEnd;
  }
  reader.position = at;
  if (at < end) walkRest(bytes, view, reader, cursor, visitor);
}

/** The fields that are rare: exemplars, histograms, and anything in an unusual order. */
function walkRest(
  bytes: Uint8Array,
  view: DataView,
  reader: ProtobufReader,
  cursor: SampleCursor,
  visitor: WriteVisitor,
): void {
  while (reader.next()) {
    if (reader.field === 2) {
      const outer = reader.enter();
      cursor.read(bytes, view, reader.position, reader.end);
      visitor.sample(cursor.timestampMs, cursor.value, cursor.startTimestampMs);
      reader.leave(outer);
    } else if (reader.field === 3) {
      const outer = reader.enter();
      walkExemplar(bytes, reader, visitor);
      reader.leave(outer);
    } else if (reader.field === 4) {
      const outer = reader.enter();
      const read = readHistogram(reader);
      if (typeof read === 'string') visitor.badHistogram(read);
      else visitor.histogram(read.timestampMs, read.histogram, read.startTimestampMs);
      reader.leave(outer);
    } else reader.skip();
  }
}

/** True when labels follow that are not part of the first run. */
function hasLabelFrom(reader: ProtobufReader, from: number): boolean {
  const position = reader.position;
  reader.position = from;
  // Prometheus writes labels first; one look at the next tag settles almost every series.
  let found = false;
  if (reader.position < reader.end && reader.bytes[from] === SAMPLES && isOneShortSample(reader, from))
    found = false;
  else
    while (!found && reader.next()) {
      found = reader.field === 1;
      reader.skip();
    }
  reader.position = position;
  return found;
}

function isOneShortSample(reader: ProtobufReader, at: number): boolean {
  return at + 1 < reader.end && at + 2 + reader.bytes[at + 1]! === reader.end;
}

function gatherLabels(bytes: Uint8Array, reader: ProtobufReader, start: number): Uint8Array {
  const runs: Uint8Array[] = [];
  reader.position = start;
  for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
    const isLabel = reader.field === 1;
    reader.skip();
    if (isLabel) runs.push(bytes.subarray(fieldStart, reader.position));
  }
  return joined(runs);
}

function walkExemplar(bytes: Uint8Array, reader: ProtobufReader, visitor: WriteVisitor): void {
  const runs: Uint8Array[] = [];
  let value = 0;
  let timestampMs = 0;
  for (let fieldStart = reader.position; reader.next(); fieldStart = reader.position) {
    if (reader.field === 1) {
      reader.skip();
      runs.push(bytes.subarray(fieldStart, reader.position));
    } else if (reader.field === 2) {
      reader.expect(1);
      value = reader.double();
    } else if (reader.field === 3) {
      reader.expect(0);
      timestampMs = reader.int64();
    } else reader.skip();
  }
  const labels = joined(runs);
  visitor.exemplar(labels, 0, labels.length, value, timestampMs);
}

function readMetadata(reader: ProtobufReader): Parameters<WriteVisitor['metadata']>[0] {
  const outer = reader.enter();
  let type = 0;
  let metric = '';
  let help = '';
  let unit = '';
  while (reader.next()) {
    if (reader.field === 1) type = reader.uint32();
    else if (reader.field === 2) metric = reader.string();
    else if (reader.field === 4) help = reader.string();
    else if (reader.field === 5) unit = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  return { metric, type: metricTypeOf(type), help, unit };
}

function joined(runs: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    bytes.set(run, at);
    at += run.length;
  }
  return bytes;
}
