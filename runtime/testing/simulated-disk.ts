import type { Disk, DiskEntry, DiskFile } from '../disk.ts';
import type { Random } from '../random.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/**
 * A disk in memory on which power can be cut. It keeps what each file and folder holds now, and what would
 * still be there after a power cut: bytes count after `datasync`, names after `syncDirectory`. What was not
 * synced may survive a cut wholly, in part (torn at any byte, or a run of it garbled), or not at all.
 */
export interface SimulatedDisk extends Disk {
  /** Cuts power: open files go dead, unsynced state is lost or torn. The disk can be used again at once. */
  cutPower(): void;
  /** From now on writes beyond `bytes` free bytes fail with ENOSPC. Infinity undoes it. */
  setFreeBytes(bytes: number): void;
  /** Every operation calls this first; throwing from it makes the operation fail. */
  onOperation: (operation: string, path: string) => void;
  /** Flips one bit of a stored file, as a failing disk does. */
  flipBit(path: string, bitIndex: number): void;
}

interface Inode {
  content: Uint8Array;
  length: number;
  durable: Uint8Array;
}

const FOLDER = Symbol('folder');
type Names = Map<string, Inode | typeof FOLDER>;

export function createSimulatedDisk(random: Random): SimulatedDisk {
  let now: Names = new Map([['/', FOLDER]]);
  let durable: Names = new Map(now);
  let generation = 0;
  let freeBytes = Number.POSITIVE_INFINITY;

  const fail = (code: string, action: string, path: string): never => {
    throw Object.assign(new Error(`${code}: Cannot ${action} ${path}`), { code });
  };
  const inode = (path: string): Inode => {
    const found = now.get(clean(path));
    return found === undefined || found === FOLDER ? fail('ENOENT', 'find', path) : found;
  };
  // Every operation takes a turn of the event loop, as a real disk's does.
  const begin = async (operation: string, path: string): Promise<void> => {
    const begun = generation;
    await null;
    // What was under way when the power went does not find what is there afterwards.
    if (begun !== generation) fail('EIO', `${operation} after the power cut`, path);
    disk.onOperation(operation, path);
  };
  const write = (node: Inode, offset: number, bytes: Uint8Array, path: string): void => {
    const end = offset + bytes.length;
    const growth = Math.max(0, end - node.length);
    if (growth > freeBytes) {
      const part = bytes.subarray(0, Math.max(0, bytes.length - (growth - freeBytes)));
      if (part.length > 0) write(node, offset, part, path);
      fail('ENOSPC', 'write', path);
    }
    freeBytes -= growth;
    if (end > node.content.length) {
      const larger = new Uint8Array(Math.max(end, node.content.length * 2));
      larger.set(node.content.subarray(0, node.length));
      node.content = larger;
    }
    node.content.set(bytes, offset);
    node.length = Math.max(node.length, end);
  };

  const disk: SimulatedDisk = {
    onOperation: () => undefined,
    async open(path, options = {}) {
      await begin('open', path);
      const name = clean(path);
      let node = now.get(name);
      if (node === FOLDER) return fail('EISDIR', 'open', path);
      if (node === undefined) {
        if (options.create === false || options.readOnly) return fail('ENOENT', 'open', path);
        if (now.get(parentOf(name)) !== FOLDER) return fail('ENOENT', 'create', path);
        node = { content: new Uint8Array(256), length: 0, durable: new Uint8Array(0) };
        now.set(name, node);
        durable.set(name, node);
      } else if (options.truncate) {
        node.length = 0;
      }
      return openFile(node, path, generation);
    },
    async readFile(path) {
      await begin('readFile', path);
      const node = inode(path);
      return node.content.slice(0, node.length);
    },
    writeFileAtomic: (path, content) => writeFileAtomic(disk, path, content),
    async rename(from, to) {
      await begin('rename', from);
      const [source, target] = [clean(from), clean(to)];
      if (!now.has(source)) fail('ENOENT', 'rename', from);
      for (const [name, node] of [...now]) {
        if (name !== source && !name.startsWith(`${source}/`)) continue;
        now.delete(name);
        now.set(target + name.slice(source.length), node);
      }
    },
    async unlink(path) {
      await begin('unlink', path);
      const node = now.get(clean(path));
      now.delete(clean(path));
      if (node && node !== FOLDER && ![...now.values()].includes(node)) freeBytes += node.length;
    },
    async removeFolder(path) {
      await begin('removeFolder', path);
      const folder = clean(path);
      for (const name of [...now.keys()])
        if (name === folder || name.startsWith(`${folder}/`)) now.delete(name);
    },
    async link(from, to) {
      await begin('link', from);
      now.set(clean(to), inode(from));
    },
    async makeFolder(path) {
      await begin('makeFolder', path);
      const missing: string[] = [];
      for (let name = clean(path); !now.has(name); name = parentOf(name)) missing.push(name);
      for (const name of missing) {
        now.set(name, FOLDER);
        durable.set(name, FOLDER);
      }
    },
    async syncDirectory(path) {
      await begin('syncDirectory', path);
      const folder = clean(path);
      for (const name of [...durable.keys()]) {
        if (parentOf(name) === folder && !now.has(name)) durable.delete(name);
      }
      for (const [name, node] of now) if (parentOf(name) === folder) durable.set(name, node);
    },
    async list(path) {
      await begin('list', path);
      const folder = clean(path);
      const entries: DiskEntry[] = [];
      for (const [name, node] of now) {
        if (name === folder || parentOf(name) !== folder) continue;
        entries.push({
          name: name.slice(name.lastIndexOf('/') + 1),
          kind: node === FOLDER ? 'folder' : 'file',
        });
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async size(path) {
      await begin('size', path);
      const node = now.get(clean(path));
      return node === undefined || node === FOLDER ? null : node.length;
    },
    freeBytes: async () => freeBytes,
    setFreeBytes(bytes) {
      freeBytes = bytes;
    },
    flipBit(path, bitIndex) {
      const node = inode(path);
      node.content[bitIndex >> 3]! ^= 1 << (bitIndex & 7);
    },
    cutPower() {
      generation++;
      // Names changed since their folder was synced: each change is independently there or not.
      const kept: Names = new Map(durable);
      for (const [name, node] of now)
        if (durable.get(name) !== node && random.next() < 0.5) kept.set(name, node);
      for (const name of durable.keys()) if (!now.has(name) && random.next() < 0.5) kept.delete(name);
      const inodes = new Set([...kept.values()].filter((node) => node !== FOLDER));
      for (const node of inodes) tear(node, random);
      now = kept;
      durable = new Map(kept);
    },
  };

  function openFile(node: Inode, path: string, opened: number): DiskFile {
    const begin = async (operation: string): Promise<void> => {
      await null;
      if (opened !== generation) fail('EIO', `${operation} after the power cut`, path);
      disk.onOperation(operation, path);
      await null;
      if (opened !== generation) fail('EIO', `${operation} after the power cut`, path);
    };
    let size = node.length;
    return {
      async append(parts) {
        const start = size;
        await begin('append');
        let offset = start;
        for (const part of parts) {
          write(node, offset, part, path);
          offset += part.length;
        }
        size = offset;
        return start;
      },
      async read(target, offset) {
        await begin('read');
        const bytes = node.content.subarray(offset, Math.min(node.length, offset + target.length));
        target.set(bytes);
        return bytes.length;
      },
      async truncate(newSize) {
        await begin('truncate');
        if (newSize < node.length) freeBytes += node.length - newSize;
        node.length = newSize;
        size = newSize;
      },
      async datasync() {
        await begin('datasync');
        node.durable = node.content.slice(0, node.length);
      },
      size: () => size,
      close: async () => undefined,
    };
  }
  return disk;
}

/** What a file holds after a power cut: the synced bytes, and of the rest as much and as well as chance has it. */
function tear(node: Inode, random: Random): void {
  const written = node.content.slice(0, node.length);
  const synced = node.durable;
  let survivor: Uint8Array;
  if (equalBytes(written, synced)) survivor = synced;
  else if (written.length >= synced.length && equalBytes(written.subarray(0, synced.length), synced)) {
    survivor = written.slice(0, synced.length + random.below(written.length - synced.length + 1));
    const unsynced = survivor.length - synced.length;
    if (unsynced > 0 && random.next() < 0.3) {
      // The length reached the disk before the bytes did.
      const start = synced.length + random.below(unsynced);
      survivor.fill(
        random.next() < 0.5 ? 0 : random.below(256),
        start,
        start + 1 + random.below(survivor.length - start),
      );
    }
  } else survivor = random.next() < 0.5 ? written : synced.slice();
  node.content = survivor;
  node.length = survivor.length;
  node.durable = survivor.slice();
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function clean(path: string): string {
  const name = `/${path
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  return name;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(1, name.lastIndexOf('/')));
}
