import type { Disk } from '@tocsin/runtime/disk.ts';
import { readText } from './read-text.ts';

/** A secret from its file, or as it stands in the configuration. Read at each use, so that it can be changed without a reload. */
export async function readSecret(
  disk: Pick<Disk, 'readFile' | 'size'>,
  file: string | null | undefined,
  inline: string | null | undefined,
): Promise<string> {
  if (!file) return inline ?? '';
  return (await readText(disk, file)).trim();
}
