import type { Disk, DiskFile } from '../disk.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

export interface MortalDisk extends Disk {
  /** From now on every operation through this view fails, also of files that are open, as for a process that has ended. */
  kill(): void;
}

/** One process's view of a disk, so that what it had under way ends with it and does not meddle with its successor's work. */
export function createMortalDisk(disk: Disk): MortalDisk {
  let isDead = false;
  const guarded = <A extends unknown[], T>(
    work: (...args: A) => Promise<T>,
  ): ((...args: A) => Promise<T>) => {
    return async (...args) => {
      if (isDead) throw Object.assign(new Error('EIO: the process has ended'), { code: 'EIO' });
      return await work(...args);
    };
  };
  const guardFile = (file: DiskFile): DiskFile => ({
    append: guarded((parts) => file.append(parts)),
    read: guarded((target, offset) => file.read(target, offset)),
    truncate: guarded((size) => file.truncate(size)),
    datasync: guarded(() => file.datasync()),
    size: () => file.size(),
    close: () => file.close(),
  });
  const mortal: MortalDisk = {
    open: guarded(async (...how) => guardFile(await disk.open(...how))),
    readFile: guarded((path) => disk.readFile(path)),
    writeFileAtomic: (path, content) => writeFileAtomic(mortal, path, content),
    rename: guarded((from, to) => disk.rename(from, to)),
    unlink: guarded((path) => disk.unlink(path)),
    removeFolder: guarded((path) => disk.removeFolder(path)),
    link: guarded((from, to) => disk.link(from, to)),
    makeFolder: guarded((path) => disk.makeFolder(path)),
    syncDirectory: guarded((path) => disk.syncDirectory(path)),
    list: guarded((path) => disk.list(path)),
    size: guarded((path) => disk.size(path)),
    freeBytes: guarded((path) => disk.freeBytes(path)),
    kill() {
      isDead = true;
    },
  };
  return mortal;
}
