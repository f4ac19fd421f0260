import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { WindowClosing } from './streams.ts';

/** The journal record kinds of windows being closed, and of outputs being stored. See docs/formats/metrics-records.md. */
export const CLOSING_RECORD = 2;
export const WRITTEN_RECORD = 3;

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function encodeClosings(closings: readonly WindowClosing[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(closings.length);
  for (const { rule, throughMs } of closings) {
    writer.prefixed(utf8.encode(rule));
    const ends = throughMs === Number.POSITIVE_INFINITY;
    writer.byte(ends ? 1 : 0);
    if (!ends) writer.zigzag(throughMs);
  }
  return writer.finish();
}

/** Throws StoredDataError. */
export function decodeClosings(payload: Uint8Array): readonly WindowClosing[] {
  const reader = new ByteReader(payload);
  const closings: WindowClosing[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const rule = text.decode(reader.prefixed());
    closings.push({ rule, throughMs: reader.byte() === 1 ? Number.POSITIVE_INFINITY : reader.zigzag() });
  }
  return closings;
}

export function encodeWritten(number: number): Uint8Array {
  const writer = new ByteWriter(8);
  writer.varint(number);
  return writer.finish();
}

/** Throws StoredDataError. */
export function decodeWritten(payload: Uint8Array): number {
  return new ByteReader(payload).varint();
}
