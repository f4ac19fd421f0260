import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { crc32c } from '../checksum/crc32c.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_TRAILER_BYTES,
  type BlockContents,
  type ChunkRef,
  checkBlockHeader,
  decodeBlockContents,
  readBlockTrailer,
  type Section,
} from './block-format.ts';
import { readEntries } from './entry-codec.ts';
import type { LogEntry } from './log-entry.ts';

const decompress = promisify(zstdDecompress);
const NAME = /^block-(\d{16})\.logs$/;

export interface Block extends BlockContents {
  readonly path: string;
  readonly bytes: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** The sealed blocks of one folder. Their tables of contents are in memory, everything else is read when asked for. */
export interface BlockStore {
  readonly blocks: readonly Block[];
  /** Files that cannot be read, each with the reason. They are left where they are. */
  readonly unreadable: readonly string[];
  /** Makes a sealed block durable and takes it in; `onVisible` is called in the moment from which on it is in `blocks`. */
  add(journalNext: number, bytes: Uint8Array, onVisible: () => void): Promise<void>;
  /** Unlinks the blocks whose newest line is older. */
  removeBefore(timestampNs: bigint): Promise<number>;
  open(block: Block): Promise<BlockReader>;
}

export interface BlockReader {
  filter(chunk: ChunkRef): Promise<Uint8Array>;
  /** The chunk's bytes, uncompressed. */
  raw(chunk: ChunkRef): Promise<Uint8Array>;
  close(): Promise<void>;
}

export async function openBlockStore(disk: Disk, log: Log, folder: string): Promise<BlockStore> {
  await disk.makeFolder(folder);
  const blocks: Block[] = [];
  const unreadable: string[] = [];
  for (const { name, kind } of await disk.list(folder)) {
    if (kind !== 'file' || !NAME.test(name)) continue;
    const path = `${folder}/${name}`;
    try {
      blocks.push(await loadBlock(disk, path));
    } catch (error) {
      if (!(error instanceof StoredDataError)) throw error;
      unreadable.push(`${name}: ${error.message}`);
      log.error({ path, reason: error.message }, 'cannot read a log block; it is left out of answers');
    }
  }

  return {
    get blocks() {
      return blocks;
    },
    unreadable,
    async add(journalNext, bytes, onVisible) {
      const path = `${folder}/block-${String(journalNext).padStart(16, '0')}.logs`;
      await disk.writeFileAtomic(path, bytes);
      blocks.push(await loadBlock(disk, path));
      onVisible();
    },
    async removeBefore(timestampNs) {
      const outdated = blocks.filter(({ lastNs }) => lastNs < timestampNs);
      for (const block of outdated) {
        blocks.splice(blocks.indexOf(block), 1);
        await disk.unlink(block.path);
      }
      if (outdated.length > 0) await disk.syncDirectory(folder);
      return outdated.length;
    },
    async open(block) {
      const file = await disk.open(block.path, { readOnly: true });
      return {
        filter: ({ filter }) => readSection(file, filter),
        raw: async ({ data, rawBytes }) => {
          const compressed = await readSection(file, data);
          try {
            return await decompress(compressed, { maxOutputLength: Math.max(1, rawBytes) });
          } catch (error) {
            throw new StoredDataError(
              `a chunk does not uncompress: ${error instanceof Error ? error.message : error}`,
            );
          }
        },
        close: () => file.close(),
      };
    },
  };
}

/** The entries of a chunk from its uncompressed bytes. */
export function chunkEntries(chunk: ChunkRef, raw: Uint8Array): LogEntry[] {
  return readEntries(new ByteReader(raw), chunk.entries);
}

async function loadBlock(disk: Disk, path: string): Promise<Block> {
  const file = await disk.open(path, { readOnly: true });
  try {
    const bytes = file.size();
    if (bytes < BLOCK_HEADER_BYTES + BLOCK_TRAILER_BYTES) throw new StoredDataError('it is cut short');
    checkBlockHeader(await readAt(file, 0, BLOCK_HEADER_BYTES));
    const { length, checksum } = readBlockTrailer(
      await readAt(file, bytes - BLOCK_TRAILER_BYTES, BLOCK_TRAILER_BYTES),
    );
    const offset = bytes - BLOCK_TRAILER_BYTES - length;
    if (offset < BLOCK_HEADER_BYTES) throw new StoredDataError('its table of contents claims too many bytes');
    const contents = decodeBlockContents(await readSection(file, { offset, length, checksum }));
    const chunks = contents.streams.flatMap((stream) => stream.chunks);
    let firstNs = chunks[0]?.firstNs ?? 0n;
    let lastNs = chunks[0]?.lastNs ?? 0n;
    for (const chunk of chunks) {
      if (chunk.firstNs < firstNs) firstNs = chunk.firstNs;
      if (chunk.lastNs > lastNs) lastNs = chunk.lastNs;
    }
    return { ...contents, path, bytes, firstNs, lastNs };
  } finally {
    await file.close();
  }
}

async function readSection(file: DiskFile, { offset, length, checksum }: Section): Promise<Uint8Array> {
  if (offset + length > file.size()) throw new StoredDataError('a section lies beyond its end');
  const bytes = await readAt(file, offset, length);
  if (crc32c(bytes) !== checksum)
    throw new StoredDataError(`the checksum of the section at byte ${offset} is wrong`);
  return bytes;
}

async function readAt(file: DiskFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const read = await file.read(bytes, offset);
  if (read !== length) throw new StoredDataError('it is cut short');
  return bytes;
}
