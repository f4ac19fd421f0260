import type { Disk } from '@tocsin/runtime/disk.ts';
import { claimedLength, isRecord, RECORD_HEADER_BYTES, startsBatchAt } from './record.ts';

const SUFFIX = '.damaged';
// Checksumming every place that might start a record could take minutes; so many bytes take half a second.
const SEARCH_BYTES_MAX = 512 * 2 ** 20;

/** Where the bytes from `offset` on of a segment are put aside. */
export function damagedPath(segmentPath: string, offset: number): string {
  return `${segmentPath}-${offset}${SUFFIX}`;
}

/** What has been put aside in the folder so far, as full paths. */
export async function listDamaged(disk: Disk, folder: string): Promise<readonly string[]> {
  const entries = await disk.list(folder);
  return entries.filter(({ name }) => name.endsWith(SUFFIX)).map(({ name }) => `${folder}/${name}`);
}

/**
 * True when `tail`, the bytes behind the last record that could be read, had been durable at its start: a sound record
 * in it begins a batch, and a batch is written only when all in front of it is synced. A crash leaves no such record
 * behind a bad one.
 */
export function holdsSyncedRecord(tail: Uint8Array): boolean {
  let searched = 0;
  for (let offset = 0; offset + RECORD_HEADER_BYTES <= tail.length; offset++) {
    const length = claimedLength(tail, offset);
    if (length === 0 || !startsBatchAt(tail, offset) || offset + RECORD_HEADER_BYTES + length > tail.length)
      continue;
    searched += length;
    if (searched > SEARCH_BYTES_MAX) return false;
    if (isRecord(tail, offset, length)) return true;
  }
  return false;
}

/** What to tell people about files put aside. */
export function describeDamage(paths: readonly string[]): readonly string[] {
  return paths.map(
    (path) =>
      `the journal was damaged; what could not be read was put aside in ${path}. Remove that file when it is no longer wanted`,
  );
}
