import { type ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { LogEntry } from './log-entry.ts';

const NS_PER_SECOND = 1_000_000_000n;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Entries one behind the other, each time as the difference from the one before, seconds and nanoseconds apart
 * because both fit a number. See docs/formats/log-blocks.md.
 */
export function writeEntries(writer: ByteWriter, entries: readonly LogEntry[]): void {
  let lastSeconds = 0;
  let lastNanos = 0;
  for (const { timestampNs, line, structuredMetadata } of entries) {
    const wholeNs = BigInt.asIntN(64, timestampNs);
    const nanos = Number(((wholeNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND);
    const seconds = Number((wholeNs - BigInt(nanos)) / NS_PER_SECOND);
    writer.zigzag(seconds - lastSeconds);
    writer.zigzag(nanos - lastNanos);
    lastSeconds = seconds;
    lastNanos = nanos;
    writeText(writer, line);
    writeTexts(writer, structuredMetadata);
  }
}

/** Reads `count` entries. Throws StoredDataError. */
export function readEntries(reader: ByteReader, count: number): LogEntry[] {
  if (count > reader.remaining) throw new StoredDataError(`Cannot read ${count} entries: too few bytes`);
  const entries: LogEntry[] = [];
  let seconds = 0;
  let nanos = 0;
  for (let i = 0; i < count; i++) {
    seconds += reader.zigzag();
    nanos += reader.zigzag();
    if (!Number.isSafeInteger(seconds) || !Number.isSafeInteger(nanos))
      throw new StoredDataError('Cannot read an entry: its time is out of range');
    const timestampNs = BigInt(seconds) * NS_PER_SECOND + BigInt(nanos);
    const line = readText(reader);
    entries.push({ timestampNs, line, structuredMetadata: readTexts(reader) });
  }
  return entries;
}

export function writeText(writer: ByteWriter, text: string): void {
  writer.prefixed(encoder.encode(text));
}

export function readText(reader: ByteReader): string {
  return decoder.decode(reader.prefixed());
}

export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.varint(texts.length);
  for (const text of texts) writeText(writer, text);
}

export function readTexts(reader: ByteReader): string[] {
  const count = reader.varint();
  if (count > reader.remaining) throw new StoredDataError(`Cannot read ${count} texts: too few bytes`);
  return Array.from({ length: count }, () => readText(reader));
}
