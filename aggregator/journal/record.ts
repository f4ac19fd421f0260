import { crc32c } from '../checksum/crc32c.ts';

/** Bytes in front of each payload: length, checksum, kind. See docs/formats/journal.md. */
export const RECORD_HEADER_BYTES = 9;

/** The header for a record of these parts. */
export function encodeRecordHeader(kind: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, length, true);
  header[8] = kind;
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

/** True when the `RECORD_HEADER_BYTES + length` bytes at `offset` are a whole record. */
export function isRecord(bytes: Uint8Array, offset: number, length: number): boolean {
  const start = offset + RECORD_HEADER_BYTES;
  const kind = bytes[offset + 8]!;
  if (kind === 0) return false;
  let checksum = crc32c(bytes.subarray(offset, offset + 4));
  checksum = crc32c(bytes.subarray(offset + 8, start + length), checksum);
  return checksum === claimedLength(bytes, offset + 4);
}
