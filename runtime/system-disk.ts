import { constants } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Disk, DiskEntry, DiskFile, OpenOptions } from './disk.ts';

let temporaryCounter = 0;

/** The machine's own file system. Errors are Node's, with `code` (ENOSPC, EACCES, ...). */
export const systemDisk: Disk = {
  async open(path, options = {}) {
    const existed = await sizeOf(path);
    const handle = await open(path, flagsFor(options));
    try {
      if (existed === null) await systemDisk.syncDirectory(dirname(path));
      return fileOf(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
  async readFile(path) {
    return await readFile(path);
  },
  async writeFileAtomic(path, content) {
    const temporary = `${path}.${process.pid}-${temporaryCounter++}.tmp`;
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await systemDisk.syncDirectory(dirname(path));
  },
  rename: (from, to) => rename(from, to),
  unlink: (path) => rm(path, { force: true }),
  removeFolder: (path) => rm(path, { force: true, recursive: true }),
  link: (from, to) => link(from, to),
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first !== undefined) await systemDisk.syncDirectory(dirname(first));
  },
  async syncDirectory(path) {
    // Windows cannot open a folder, and keeps its names in a journal of its own.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async list(path) {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries
        .map((entry): DiskEntry => {
          const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
          return { name: entry.name, kind };
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  size: sizeOf,
  async freeBytes(path) {
    const info = await statfs(path);
    return info.bavail * info.bsize;
  },
};

function flagsFor(options: OpenOptions): number {
  if (options.readOnly) return constants.O_RDONLY;
  // Not O_APPEND: after a write that failed half-way the next one must land on the same offset again.
  const create = options.create === false ? 0 : constants.O_CREAT;
  return constants.O_RDWR | create | (options.truncate ? constants.O_TRUNC : 0);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

type Handle = Awaited<ReturnType<typeof open>>;

function fileOf(handle: Handle, initialSize: number): DiskFile {
  let size = initialSize;
  return {
    async append(parts) {
      const start = size;
      let offset = start;
      for (let remaining = parts; remaining.length > 0; ) {
        const { bytesWritten } = await handle.writev([...remaining], offset);
        offset += bytesWritten;
        remaining = withoutFirst(remaining, bytesWritten);
      }
      size = offset;
      return start;
    },
    async read(target, offset) {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await handle.read(target, filled, target.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    async truncate(newSize) {
      await handle.truncate(newSize);
      size = newSize;
    },
    datasync: () => handle.datasync(),
    size: () => size,
    close: () => handle.close(),
  };
}

/** What is left of `parts` after a write that took `written` bytes (a nearly full disk takes fewer). */
function withoutFirst(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let skip = written;
  let index = 0;
  while (index < parts.length && parts[index]!.length <= skip) skip -= parts[index++]!.length;
  const rest = parts.slice(index);
  return skip > 0 ? [rest[0]!.subarray(skip), ...rest.slice(1)] : rest;
}
