import { crc32c } from '../checksum/crc32c.ts';

/** Bytes in front of each payload: length, checksum, kind. See docs/formats/journal.md. */
export const RECORD_HEADER_BYTES = 9;

/** A record that stands where damage was; its payload means nothing and no reader sees it. */
export const GAP_KIND = 127;

// Set in the kind of the first record of a batch: all in front of it had been synced when it was written.
const STARTS_BATCH = 0x80;

/** The header for a record of these parts; `kind` is 1 to 127. */
export function encodeRecordHeader(
  kind: number,
  parts: readonly Uint8Array[],
  startsBatch = false,
): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, length, true);
  header[8] = startsBatch ? kind | STARTS_BATCH : kind;
  let checksum = crc32c(header.subarray(8), crc32c(header.subarray(0, 4)));
  for (const part of parts) checksum = crc32c(part, checksum);
  view.setUint32(4, checksum, true);
  return header;
}

/** The payload's length, which is only a claim until the checksum is right. */
export function claimedLength(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>>
    0
  );
}

/** The kind of the record at `offset`. */
export function kindAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset + 8]! & ~STARTS_BATCH;
}

/** True when all in front of the record at `offset` had been synced before it was written. */
export function startsBatchAt(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset + 8]! & STARTS_BATCH) !== 0;
}

/** True when the `RECORD_HEADER_BYTES + length` bytes at `offset` are a whole record. */
export function isRecord(bytes: Uint8Array, offset: number, length: number): boolean {
  const start = offset + RECORD_HEADER_BYTES;
  if (kindAt(bytes, offset) === 0) return false;
  let checksum = crc32c(bytes.subarray(offset, offset + 4));
  checksum = crc32c(bytes.subarray(offset + 8, start + length), checksum);
  return checksum === claimedLength(bytes, offset + 4);
}
