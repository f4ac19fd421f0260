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
