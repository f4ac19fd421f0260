import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { crc32c } from '../checksum/crc32c.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import type { StreamInput } from './stream-input.ts';
import { createStreamRules, type StreamRuleConfig } from './stream-rule.ts';
import type { Streams } from './streams.ts';

// See docs/formats/stream-aggregation.md.
const MAGIC = new TextEncoder().encode('TOCSINA');
const VERSION = 1;
const HEADER_BYTES = 12;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** All that streams know, so that the journal is not needed before `position`. */
export function encodeStreams(streams: Streams, position: LogPosition): Uint8Array {
  const writer = new ByteWriter(4_096);
  writer.append(MAGIC);
  writer.byte(VERSION);
  writer.uint32(0);
  writer.varint(position);
  writer.varint(streams.nextNumber);
  writer.varint(streams.rules.size);
  for (const { rule, sinceMs, closedMs, groups } of streams.rules.values()) {
    writer.prefixed(utf8.encode(JSON.stringify(rule.config)));
    writer.zigzag(sinceMs);
    writer.zigzag(closedMs);
    writer.varint(groups.size);
    for (const group of groups.values()) {
      writer.double(group.total);
      writer.double(group.totalPrometheus);
      for (const spoken of group.spoken) writer.byte(spoken ? 1 : 0);
      writer.varint(group.inputs.size);
      for (const input of group.inputs) writeInput(writer, streams, input);
    }
  }
  const quiet = [...streams.quiet()];
  writer.varint(quiet.length);
  for (const input of quiet) writeInput(writer, streams, input);
  writer.varint(streams.pending.length);
  for (const { number, bytes } of streams.pending) {
    writer.varint(number);
    writer.prefixed(bytes);
  }
  const bytes = writer.finish();
  new DataView(bytes.buffer).setUint32(8, crc32c(bytes.subarray(HEADER_BYTES)), true);
  return bytes;
}

/**
 * Puts what the file knows into streams that know nothing yet; returns the position from which on the journal is to be applied to them.
 * Throws StoredDataError when the file is damaged, or of a newer version.
 */
export function decodeStreams(bytes: Uint8Array, streams: Streams): LogPosition {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte))
    throw new StoredDataError('it is not a file of stream aggregation');
  if (bytes[7] !== VERSION)
    throw new StoredDataError(`it has version ${bytes[7]}, and this program knows version ${VERSION}`);
  const reader = new ByteReader(bytes, 8);
  if (reader.uint32() !== crc32c(bytes.subarray(HEADER_BYTES)))
    throw new StoredDataError('its checksum is wrong');
  const position = reader.varint();
  streams.nextNumber = reader.varint();
  for (let rules = reader.varint(); rules > 0; rules--) readRule(reader, streams);
  for (let quiet = reader.varint(); quiet > 0; quiet--) readInput(reader, streams);
  const pending = [];
  for (let left = reader.varint(); left > 0; left--)
    pending.push({ number: reader.varint(), bytes: reader.prefixed().slice() });
  streams.pending = pending;
  if (reader.remaining > 0) throw new StoredDataError(`it has ${reader.remaining} bytes too many`);
  return position;
}

function readRule(reader: ByteReader, streams: Streams): void {
  const [rule] = createStreamRules([JSON.parse(text.decode(reader.prefixed())) as StreamRuleConfig]);
  const sinceMs = reader.zigzag();
  const state = streams.addRule(rule!, sinceMs, reader.zigzag());
  for (let groups = reader.varint(); groups > 0; groups--) {
    const [total, totalPrometheus] = [reader.double(), reader.double()];
    const spoken = rule!.outputs.map(() => reader.byte() === 1);
    for (let inputs = reader.varint(); inputs > 0; inputs--) {
      const input = readInput(reader, streams);
      streams.rejoin(input);
      const { group } = input;
      if (group === null) throw new StoredDataError('it has an input of another rule');
      group.total = total;
      group.totalPrometheus = totalPrometheus;
      for (const [index, one] of spoken.entries()) group.spoken[index] = one;
    }
  }
  if (state.rule !== rule) throw new StoredDataError('it has a rule twice');
}

function writeInput(writer: ByteWriter, streams: Streams, input: StreamInput): void {
  const { timesMs, values, startsMs } = input;
  const hasLast = input.lastMs !== Number.NEGATIVE_INFINITY;
  writer.prefixed(streams.keyOf(input));
  writer.byte(
    (input.hasBaseline ? HAS_BASELINE : 0) | (hasLast ? HAS_LAST : 0) | (startsMs ? HAS_STARTS : 0),
  );
  if (hasLast) {
    writer.zigzag(input.lastMs);
    writer.double(input.lastValue);
    writer.zigzag(input.lastStartMs);
  }
  writer.varint(timesMs.length);
  for (const [index, timeMs] of timesMs.entries()) {
    writer.zigzag(timeMs);
    writer.double(values[index]!);
    if (startsMs) writer.zigzag(startsMs[index]!);
  }
}

const HAS_BASELINE = 1;
const HAS_LAST = 2;
const HAS_STARTS = 4;

function readInput(reader: ByteReader, streams: Streams): StreamInput {
  const input = streams.restore(reader.prefixed());
  if (input === null) throw new StoredDataError('it has a series that is no input');
  const flags = reader.byte();
  input.hasBaseline = (flags & HAS_BASELINE) !== 0;
  if ((flags & HAS_LAST) !== 0) {
    input.lastMs = reader.zigzag();
    input.lastValue = reader.double();
    input.lastStartMs = reader.zigzag();
  }
  const count = reader.varint();
  if (count > reader.remaining) throw new StoredDataError(`it claims ${count} samples of one series`);
  input.startsMs = (flags & HAS_STARTS) === 0 ? null : [];
  for (let i = 0; i < count; i++) {
    input.timesMs.push(reader.zigzag());
    input.values.push(reader.double());
    input.startsMs?.push(reader.zigzag());
  }
  streams.countRestored(count);
  return input;
}
