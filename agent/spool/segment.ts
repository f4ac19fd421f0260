import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import { limits } from '../limits.ts';
import { decodeRecord, RECORD_HEADER_BYTES, recordLength, type SpoolRecord } from './record.ts';

// "TOCSPL", a zero byte, and the version of the format.
const MAGIC = Uint8Array.of(0x54, 0x4f, 0x43, 0x53, 0x50, 0x4c, 0, 1);

/** Where a parcel lies in a segment. */
export interface SpoolEntry {
  readonly sequence: number;
  readonly offset: number;
  readonly length: number;
  readonly items: number;
}

/** One file of the spool: a header and records, appended only. */
export interface Segment {
  readonly path: string;
  readonly file: DiskFile;
  readonly entries: SpoolEntry[];
  /** Set when its end could not be repaired after a failed write: nothing more is appended. */
  sealed: boolean;
}

export interface OpenedSegment extends Segment {
  /** The highest sequence said to be delivered, or -1. */
  readonly doneSequence: number;
  /** Bytes cut off at the end because they were torn or damaged. */
  readonly cutBytes: number;
}

/** Opens or creates the file, reads what it holds and cuts what a crash left unfinished. */
export async function openSegment(disk: Disk, path: string): Promise<OpenedSegment> {
  const file = await disk.open(path);
  try {
    return await readSegment(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readSegment(file: DiskFile, path: string): Promise<OpenedSegment> {
  const entries: SpoolEntry[] = [];
  let doneSequence = -1;
  const size = file.size();
  const magic = new Uint8Array(MAGIC.length);
  const valid = (await file.read(magic, 0)) === MAGIC.length && MAGIC.every((byte, i) => byte === magic[i]);
  if (!valid) {
    if (size > 0) await file.truncate(0);
    await file.append([MAGIC]);
    return { path, file, entries, sealed: false, doneSequence, cutBytes: size };
  }
  let offset = MAGIC.length;
  for (;;) {
    const record = await readAt(file, offset);
    if (record === null) break;
    const { value, length } = record;
    if (value.kind === 'done') doneSequence = Math.max(doneSequence, value.sequence);
    else entries.push({ sequence: value.sequence, offset, length, items: value.parcel.items });
    offset += length;
  }
  if (offset < size) await file.truncate(offset);
  return { path, file, entries, sealed: false, doneSequence, cutBytes: size - offset };
}

/** Appends one record wholly or not at all; returns where it begins. */
export async function appendRecord(segment: Segment, bytes: Uint8Array): Promise<number> {
  const before = segment.file.size();
  try {
    return await segment.file.append([bytes]);
  } catch (error) {
    // A half-written record would end the file for every reader.
    segment.sealed = true;
    await segment.file.truncate(before);
    segment.sealed = false;
    throw error;
  }
}

/** Forgets every record, keeping the file. */
export async function emptySegment(segment: Segment): Promise<void> {
  segment.entries.length = 0;
  await segment.file.truncate(MAGIC.length);
}

export function segmentIsEmpty(segment: Segment): boolean {
  return segment.file.size() <= MAGIC.length;
}

/** The record at `offset`, or null when there is none whole and sound. */
export async function readAt(
  file: DiskFile,
  offset: number,
): Promise<{ readonly value: SpoolRecord; readonly length: number } | null> {
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  if ((await file.read(header, offset)) < RECORD_HEADER_BYTES) return null;
  const length = recordLength(header, limits.spoolRecordBytesMax);
  if (length === null || offset + length > file.size()) return null;
  const bytes = new Uint8Array(length);
  if ((await file.read(bytes, offset)) < length) return null;
  const value = decodeRecord(bytes);
  return value === null ? null : { value, length };
}
