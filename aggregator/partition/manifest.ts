import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { LogPosition } from '../journal/ingest-log.ts';

/** A sealed file as the manifest lists it. */
export interface PartitionEntry {
  /** Rises with every file; of equal samples in several files the one in the lowest stays. */
  readonly id: number;
  readonly file: string;
  /** The range it was sealed or merged for, [startMs, endMs). */
  readonly startMs: number;
  readonly endMs: number;
  /** `raw`, or a roll-up's resolution. */
  readonly tier: string;
  /** The retention policy: its selector and what it keeps. */
  readonly match: string;
  readonly keep: string;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly series: number;
  readonly samples: number;
  readonly bytes: number;
  readonly tombstones: readonly Tombstone[];
  /**
   * Of raw files: whether what is in it is in the roll-up tiers. `stale`: what was there is, but something came since,
   * so that rolling up again replaces what the tiers hold of the day. Absent: not yet.
   */
  readonly rolledUp?: 'yes' | 'stale';
}

/** Samples of a partition that were deleted; gone for good with the next merge. */
export interface Tombstone {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of the journal is in sealed files: records before `position` hold nothing new for the range. */
export interface SealedRange {
  readonly startMs: number;
  readonly position: LogPosition;
}

export interface Manifest {
  readonly version: 1;
  readonly nextId: number;
  readonly partitions: readonly PartitionEntry[];
  readonly sealed: readonly SealedRange[];
  /** Where replay starts: everything before it is in sealed files. The journal may still hold some of that. */
  readonly journalFrom: LogPosition;
}

export const MANIFEST_FILE = 'manifest.json';
export const EMPTY_MANIFEST: Manifest = { version: 1, nextId: 1, partitions: [], sealed: [], journalFrom: 0 };

/** The list of sealed files that count; a file that is not on it was never finished, or is done with. */
export async function readManifest(disk: Disk, folder: string): Promise<Manifest> {
  const path = `${folder}/${MANIFEST_FILE}`;
  if ((await disk.size(path)) === null) return EMPTY_MANIFEST;
  const text = new TextDecoder().decode(await disk.readFile(path));
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot read ${path}: it is damaged; restore it from a backup`, { cause: error });
  }
  if (manifest.version !== 1)
    throw new Error(
      `Cannot read ${path}: version ${manifest.version} is not known here; start the newer program`,
    );
  return { ...EMPTY_MANIFEST, ...manifest };
}

export async function writeManifest(disk: Disk, folder: string, manifest: Manifest): Promise<void> {
  await disk.writeFileAtomic(
    `${folder}/${MANIFEST_FILE}`,
    new TextEncoder().encode(JSON.stringify(manifest)),
  );
}
