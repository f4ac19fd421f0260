import { crc32c } from '../checksum/crc32c.ts';

// The names and sizes of a partition file; see docs/formats/partition.md.
export const PARTITION_EXTENSION = '.part';
export const HEADER_BYTES = 16;
export const FOOTER_BYTES = 40;
/** Version 1 had chunks of other kinds; it is read, not written. */
export const VERSION = 2;
const MAGIC = new TextEncoder().encode('TOCSINP');

/** A data block is closed once it has this many bytes; a query reads and checks whole blocks. */
export const BLOCK_BYTES = 64 * 1024;
/** The most samples of one chunk: longer ones compress little better and cost a short query more. */
export const CHUNK_SAMPLES = 512;

// Kinds of chunks.
export const FLOATS = 0;
export const HISTOGRAMS = 1;
/** As version 1 wrote windows. */
export const OLD_ROLLUPS = 2;
export const FLOATS_WITH_STARTS = 3;
export const ROLLUPS = 4;
export const ROLLUPS_WITH_STARTS = 5;
export const HISTOGRAM_ROLLUPS = 6;

/** How many kinds the header of a chunk tells apart. */
export function kindsOf(version: number): number {
  return version === 1 ? 4 : 8;
}

/** True for windows, whose chunk has their ends in the place of timestamps. */
export function isRolledUp(kind: number): boolean {
  return kind === OLD_ROLLUPS || kind >= ROLLUPS;
}

/** Where the sections behind the data blocks lie, with their checksums. */
export interface Footer {
  readonly version: number;
  readonly timestampsOffset: number;
  readonly timestampsLength: number;
  readonly timestampsChecksum: number;
  readonly indexLength: number;
  readonly indexChecksum: number;
}

export function encodeHeader(): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  header[7] = VERSION;
  return header;
}

export function encodeFooter(footer: Omit<Footer, 'version'>): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, footer.timestampsOffset % 2 ** 32, true);
  view.setUint32(4, Math.floor(footer.timestampsOffset / 2 ** 32), true);
  view.setUint32(8, footer.timestampsLength, true);
  view.setUint32(12, footer.timestampsChecksum, true);
  view.setUint32(16, footer.indexLength, true);
  view.setUint32(20, footer.indexChecksum, true);
  view.setUint32(28, crc32c(bytes.subarray(0, 28)), true);
  bytes.set(MAGIC, 32);
  bytes[39] = VERSION;
  return bytes;
}

/** Throws PartitionCorruptError. */
export function decodeFooter(bytes: Uint8Array, file: string): Footer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.compare(bytes.subarray(32, 39), MAGIC) !== 0)
    throw new PartitionCorruptError(file, 'its end is missing; it was cut short');
  if (bytes[39]! > VERSION)
    throw new PartitionCorruptError(
      file,
      `version ${bytes[39]} is newer than this program; start the newer one`,
    );
  if (view.getUint32(28, true) !== crc32c(bytes.subarray(0, 28)))
    throw new PartitionCorruptError(file, 'its end is damaged');
  return {
    version: bytes[39]!,
    timestampsOffset: view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32,
    timestampsLength: view.getUint32(8, true),
    timestampsChecksum: view.getUint32(12, true),
    indexLength: view.getUint32(16, true),
    indexChecksum: view.getUint32(20, true),
  };
}

/** A sealed file that cannot be read; it is left where it is, named in the log and in /-/ready. */
export class PartitionCorruptError extends Error {
  override readonly name = 'PartitionCorruptError';
  readonly file: string;

  constructor(file: string, detail: string) {
    super(`Cannot read ${file}: ${detail}`);
    this.file = file;
  }
}
