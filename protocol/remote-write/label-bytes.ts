import type { Labels } from '../labels/labels.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

/**
 * Labels as remote write 1.0 has them: `repeated Label labels = 1`. Two label sets are equal exactly when these bytes
 * are, so a store may use them as a series' key.
 */
export function encodeLabels(labels: Labels): Uint8Array {
  const writer = new ProtobufWriter();
  writeLabels(writer, labels);
  return writer.finish();
}

export function writeLabels(writer: ProtobufWriter, labels: Labels): void {
  for (let i = 0; i < labels.length; i += 2) {
    const mark = writer.begin(1);
    writer.string(1, labels[i]!);
    writer.string(2, labels[i + 1]!);
    writer.end(mark);
  }
}

/**
 * The names and values, `[name, value, ...]` as sent: maybe unsorted, repeated or empty. Throws DecodeError, also for
 * invalid UTF-8.
 */
export function decodeLabelPairs(bytes: Uint8Array, start = 0, end = bytes.length): string[] {
  const reader = new ProtobufReader(bytes, 'labels', start, end);
  const pairs: string[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    const outer = reader.enter();
    let name = '';
    let value = '';
    while (reader.next()) {
      if (reader.field === 1) name = reader.string();
      else if (reader.field === 2) value = reader.string();
      else reader.skip();
    }
    reader.leave(outer);
    pairs.push(name, value);
  }
  return pairs;
}

/**
 * True when the bytes are what `encodeLabels` makes of the labels in them: names ascending and each once, nothing empty,
 * lengths in their shortest form. Says nothing about UTF-8.
 */
export function isCanonicalLabels(bytes: Uint8Array, start: number, end: number): boolean {
  let previousStart = -1;
  let previousEnd = -1;
  for (let at = start; at < end; ) {
    const labelStart = contentStart(bytes, at, 0x0a);
    if (labelStart < 0) return false;
    const labelEnd = labelStart + lengthBefore(bytes, at, labelStart);
    const nameStart = contentStart(bytes, labelStart, 0x0a);
    if (nameStart < 0) return false;
    const nameEnd = nameStart + lengthBefore(bytes, labelStart, nameStart);
    const valueStart = contentStart(bytes, nameEnd, 0x12);
    if (valueStart < 0) return false;
    const valueEnd = valueStart + lengthBefore(bytes, nameEnd, valueStart);
    if (valueEnd !== labelEnd || labelEnd > end) return false;
    if (previousEnd >= 0 && !isBefore(bytes, previousStart, previousEnd, nameStart, nameEnd)) return false;
    previousStart = nameStart;
    previousEnd = nameEnd;
    at = labelEnd;
  }
  return true;
}

/** Where the field's content starts; -1 when it has another tag, is empty, or its length is not one or two short bytes. */
function contentStart(bytes: Uint8Array, at: number, tag: number): number {
  if (bytes[at] !== tag) return -1;
  const first = bytes[at + 1]!;
  if (first < 0x80) return first === 0 ? -1 : at + 2;
  const second = bytes[at + 2]!;
  return second === 0 || !(second < 0x80) ? -1 : at + 3;
}

function lengthBefore(bytes: Uint8Array, tagAt: number, start: number): number {
  const first = bytes[tagAt + 1]!;
  return start - tagAt === 2 ? first : (first & 0x7f) | (bytes[tagAt + 2]! << 7);
}

/** Order of the bytes, which is that of the code points. */
function isBefore(
  bytes: Uint8Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): boolean {
  const shorter = Math.min(end - start, otherEnd - otherStart);
  for (let i = 0; i < shorter; i++) {
    const difference = bytes[start + i]! - bytes[otherStart + i]!;
    if (difference !== 0) return difference < 0;
  }
  return end - start < otherEnd - otherStart;
}
