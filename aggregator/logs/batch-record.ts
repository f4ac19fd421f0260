import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { readEntries, readTexts, writeEntries, writeTexts } from './entry-codec.ts';
import type { LogStream } from './log-entry.ts';

/** The journal's kind of record: lines as they were acknowledged. */
export const LOG_BATCH_KIND = 1;

export function encodeBatch(streams: readonly LogStream[]): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.varint(streams.length);
  for (const { labels, entries } of streams) {
    writeTexts(writer, labels);
    writer.varint(entries.length);
    writeEntries(writer, entries);
  }
  return writer.finish();
}

/** Throws StoredDataError. */
export function decodeBatch(payload: Uint8Array): LogStream[] {
  const reader = new ByteReader(payload);
  const count = reader.varint();
  if (count > reader.remaining) throw new StoredDataError(`Cannot read ${count} streams: too few bytes`);
  return Array.from({ length: count }, () => {
    const labels = readTexts(reader);
    return { labels, entries: readEntries(reader, reader.varint()) };
  });
}
