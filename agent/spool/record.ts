import { crc32 } from 'node:zlib';
import type { Parcel } from '../send/parcel.ts';

/**
 * One record of a spool segment, little endian:
 *
 *     0        4        8      9             17       21
 *     | length | crc32  | kind | sequence    | items  | body ... |
 *
 * `length` counts from `kind` to the end of the body, `crc32` covers the same bytes, `sequence` is a double.
 * A record of kind `done` has no body: the parcel with that sequence, and all before it, were delivered.
 */
export type SpoolRecord =
  | { readonly kind: 'parcel'; readonly sequence: number; readonly parcel: Parcel }
  | { readonly kind: 'done'; readonly sequence: number };

const KINDS = { metrics: 1, logs: 2, done: 3 } as const;
export const RECORD_HEADER_BYTES = 21;
const CRC_START = 8;

export function encodeRecord(record: SpoolRecord): Uint8Array {
  const body = record.kind === 'parcel' ? record.parcel.body : new Uint8Array(0);
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  bytes[8] = record.kind === 'parcel' ? KINDS[record.parcel.kind] : KINDS.done;
  view.setFloat64(9, record.sequence, true);
  view.setUint32(17, record.kind === 'parcel' ? record.parcel.items : 0, true);
  bytes.set(body, RECORD_HEADER_BYTES);
  view.setUint32(0, bytes.length - CRC_START, true);
  view.setUint32(4, crc32(bytes.subarray(CRC_START)), true);
  return bytes;
}

/** The record's whole length from its first four bytes, or null when there is no header of a record. */
export function recordLength(header: Uint8Array, bytesMax: number): number | null {
  if (header.length < RECORD_HEADER_BYTES) return null;
  const length = new DataView(header.buffer, header.byteOffset).getUint32(0, true) + CRC_START;
  return length < RECORD_HEADER_BYTES || length > bytesMax ? null : length;
}

/** The record in exactly these bytes, or null when they are torn or damaged. */
export function decodeRecord(bytes: Uint8Array): SpoolRecord | null {
  if (recordLength(bytes, bytes.length) !== bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(4, true) !== crc32(bytes.subarray(CRC_START))) return null;
  const sequence = view.getFloat64(9, true);
  if (!Number.isSafeInteger(sequence) || sequence < 0) return null;
  if (bytes[8] === KINDS.done) return { kind: 'done', sequence };
  const kind = bytes[8] === KINDS.metrics ? 'metrics' : bytes[8] === KINDS.logs ? 'logs' : null;
  if (kind === null) return null;
  const parcel: Parcel = { kind, items: view.getUint32(17, true), body: bytes.slice(RECORD_HEADER_BYTES) };
  return { kind: 'parcel', sequence, parcel };
}
