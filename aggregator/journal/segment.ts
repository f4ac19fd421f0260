import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { claimedLength, isRecord, kindAt, RECORD_HEADER_BYTES } from './record.ts';

/** One file of the journal. `base` is the position of its first record. */
export interface Segment {
  readonly base: number;
  readonly path: string;
}

export const SEGMENT_HEADER_BYTES = 24;
const MAGIC = new TextEncoder().encode('TOCSINJ');
// Version 2 lets a metrics record carry start timestamps, version 3 has records of stream aggregation; the segment itself is the same.
const VERSION = 3;
const OLDEST_VERSION = 1;
const NAME = /^([0-9a-f]{14})\.journal$/;
// What one read asks the disk for; a longer record gets a buffer of its own size.
const READ_BYTES = 256 * 1024;

export function segmentPath(folder: string, base: number): string {
  return `${folder}/${base.toString(16).padStart(14, '0')}.journal`;
}

/** The segment a file name stands for; null for other files. */
export function segmentOf(folder: string, name: string): Segment | null {
  const match = NAME.exec(name);
  return match ? { base: Number.parseInt(match[1]!, 16), path: `${folder}/${name}` } : null;
}

export function encodeSegmentHeader(base: number, version = VERSION): Uint8Array {
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  header[7] = version;
  view.setUint32(8, base % 2 ** 32, true);
  view.setUint32(12, Math.floor(base / 2 ** 32), true);
  view.setUint32(20, crc32c(header.subarray(0, 20)), true);
  return header;
}

export type HeaderVerdict = 'valid' | 'older' | 'torn' | 'newer';

/**
 * Whether the file starts as a segment with this base does; `older` when an earlier version of Tocsin wrote it, which is to
 * be read but not continued, `newer` when a later one did.
 */
export async function checkSegmentHeader(file: DiskFile, base: number): Promise<HeaderVerdict> {
  const found = new Uint8Array(SEGMENT_HEADER_BYTES);
  const length = await file.read(found, 0);
  if (length < SEGMENT_HEADER_BYTES) return 'torn';
  if (Buffer.compare(found, encodeSegmentHeader(base)) === 0) return 'valid';
  for (let version = OLDEST_VERSION; version < VERSION; version++)
    if (Buffer.compare(found, encodeSegmentHeader(base, version)) === 0) return 'older';
  const sealed = claimedLength(found, 20) === crc32c(found.subarray(0, 20));
  return sealed && found[7]! > VERSION ? 'newer' : 'torn';
}

export interface SegmentRecord {
  /** Offset in the file. */
  readonly offset: number;
  readonly nextOffset: number;
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** The whole records from `offset` on, until the first that is not whole, or `endOffset`. */
export async function* readSegment(
  file: DiskFile,
  offset: number,
  endOffset: number,
): AsyncGenerator<SegmentRecord> {
  let buffer = new Uint8Array(READ_BYTES);
  let bufferStart = offset;
  let filled = 0;
  let position = offset;
  const fill = async (needed: number): Promise<boolean> => {
    if (position + needed > endOffset) return false;
    if (position + needed <= bufferStart + filled) return true;
    if (needed > buffer.length) buffer = new Uint8Array(needed);
    bufferStart = position;
    filled = await file.read(buffer, position);
    return needed <= filled;
  };
  while (await fill(RECORD_HEADER_BYTES)) {
    const length = claimedLength(buffer, position - bufferStart);
    if (!(await fill(RECORD_HEADER_BYTES + length))) return;
    const at = position - bufferStart;
    if (!isRecord(buffer, at, length)) return;
    const nextOffset = position + RECORD_HEADER_BYTES + length;
    const payload = buffer.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    yield { offset: position, nextOffset, kind: kindAt(buffer, at), payload };
    position = nextOffset;
  }
}

/** Creates the file with its header, both durable. */
export async function createSegment(disk: Disk, folder: string, base: number): Promise<DiskFile> {
  const file = await disk.open(segmentPath(folder, base), { truncate: true });
  try {
    await file.append([encodeSegmentHeader(base)]);
    await disk.syncDirectory(folder);
    await file.datasync();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
