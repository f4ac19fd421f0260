import type { Disk } from '../disk.ts';

/** `Disk.writeFileAtomic` of any disk, from its other operations. */
export async function writeFileAtomic(
  disk: Pick<Disk, 'open' | 'unlink' | 'rename' | 'syncDirectory'>,
  path: string,
  content: Uint8Array,
): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await disk.open(temporary, { truncate: true });
  try {
    await file.append([content]);
    await file.datasync();
  } catch (error) {
    await file.close();
    await disk.unlink(temporary);
    throw error;
  }
  await file.close();
  await disk.rename(temporary, path);
  await disk.syncDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
}
