import { zstdDecompressSync } from 'node:zlib';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { decodeIntegers } from '../chunks/integer-column.ts';
import { ColumnArena } from '../head/column-arena.ts';
import type { SampleColumns } from '../head/sample-columns.ts';
import type { SeriesLender } from '../lent/series-lender.ts';
import { ALL_COLUMNS } from '../rollup/join-rollups.ts';
import type { SeriesNumbers } from '../series/postings.ts';
import { type CachedBlocks, NO_CACHED_BLOCKS } from './block-cache.ts';
import { type BlockRun, type Decoder, decodeSeries, lendSeries } from './decode-series.ts';
import { decodeFooter, FOOTER_BYTES, HEADER_BYTES, PartitionCorruptError } from './partition-format.ts';
import { type DataBlock, PartitionIndex } from './partition-index.ts';

// A corrupt index must not ask for more memory than this.
const INDEX_BYTES_MAX = 1 << 30;

/** An open partition: its index, and what a query has read of it so far. */
export interface OpenPartition {
  readonly index: PartitionIndex;
  readonly timestamps: Uint8Array;
}

/** Reads the index and the timestamps, checking both. Throws PartitionCorruptError. */
export async function openPartition(disk: Disk, path: string): Promise<OpenPartition> {
  const file = await disk.open(path, { readOnly: true });
  try {
    const size = file.size();
    if (size < HEADER_BYTES + FOOTER_BYTES)
      throw new PartitionCorruptError(path, `it has only ${size} bytes`);
    const footer = decodeFooter(await readExactly(file, path, size - FOOTER_BYTES, FOOTER_BYTES), path);
    const { timestampsOffset, timestampsLength, indexLength } = footer;
    if (timestampsOffset + timestampsLength + indexLength + FOOTER_BYTES !== size)
      throw new PartitionCorruptError(path, 'its sections do not add up to its size');
    const both = await readExactly(file, path, timestampsOffset, timestampsLength + indexLength);
    const timestamps = both.subarray(0, timestampsLength);
    const packed = both.subarray(timestampsLength);
    if (crc32c(timestamps) !== footer.timestampsChecksum)
      throw new PartitionCorruptError(path, 'its timestamps are damaged');
    if (crc32c(packed) !== footer.indexChecksum)
      throw new PartitionCorruptError(path, 'its index is damaged');
    const unpacked = zstdDecompressSync(packed, { maxOutputLength: INDEX_BYTES_MAX });
    const index = new PartitionIndex(unpacked, footer.version);
    return { index, timestamps: timestamps.slice() };
  } catch (error) {
    if (error instanceof StoredDataError) throw new PartitionCorruptError(path, error.message);
    throw error;
  } finally {
    await file.close();
  }
}

/** `openSeries`, read at once. */
export async function* readPartition(
  disk: Disk,
  path: string,
  partition: OpenPartition,
  series: SeriesNumbers,
  minTimestampMs: number,
  maxTimestampMs: number,
): AsyncGenerator<{ readonly series: number; readonly columns: SampleColumns }> {
  const arena = new ColumnArena();
  for await (const one of openSeries(disk, path, partition, series, minTimestampMs, maxTimestampMs))
    for (const stored of one) yield { series: stored.series, columns: stored.read(arena) };
}

/** A series of a partition; some turn out to have no samples. */
export interface StoredSeries {
  readonly series: number;
  read(arena: ColumnArena): SampleColumns;
  /** Lends the samples; false, and some may be written down, where they are more than floats. */
  lend(lender: SeriesLender): boolean;
}

class SeriesOfRun implements StoredSeries {
  readonly series: number;
  readonly #decoder: Decoder;

  constructor(series: number, decoder: Decoder) {
    this.series = series;
    this.#decoder = decoder;
  }

  read(arena: ColumnArena): SampleColumns {
    return decodeSeries(this.#decoder, this.series, arena);
  }

  lend(lender: SeriesLender): boolean {
    return lendSeries(this.#decoder, this.series, lender);
  }
}

/**
 * These series (ascending) with their samples in (minTimestampMs, maxTimestampMs], in the same order, by runs of
 * neighbouring blocks: what of a run is not cached is read and checked in one go, and decoded when asked for. Of windows
 * those count whose last sample lies there, and columns that are not wanted stay empty. Both throw PartitionCorruptError.
 */
export async function* openSeries(
  disk: Disk,
  path: string,
  partition: OpenPartition,
  series: SeriesNumbers,
  minTimestampMs: number,
  maxTimestampMs: number,
  wanted: ReadonlySet<RollupColumn> = ALL_COLUMNS,
  cached: CachedBlocks = NO_CACHED_BLOCKS,
): AsyncGenerator<readonly StoredSeries[]> {
  const { index } = partition;
  const timestamps = new TimestampColumns(partition);
  const file = new BlockFile(disk, path, index.blocks, cached);
  try {
    for (let i = 0; i < series.length; ) {
      const block = index.blockOf(series[i]!);
      const run = await file.readRun(block, lastNeeded(index, series, i, block));
      const decoder: Decoder = { index, run, timestamps, path, minTimestampMs, maxTimestampMs, wanted };
      const opened: StoredSeries[] = [];
      for (; i < series.length && index.blockOf(series[i]!) <= run.last; i++) {
        opened.push(new SeriesOfRun(series[i]!, decoder));
      }
      yield opened;
    }
  } finally {
    await file.close();
  }
}

// How much one read may span, and how many blocks nobody asked for it may pass over.
const RUN_BLOCKS_MAX = 16;

/** The last block of the run that starts at `first`, judging by the blocks of the next series. */
function lastNeeded(index: PartitionIndex, series: SeriesNumbers, from: number, first: number): number {
  let last = first;
  for (let i = from + 1; i < series.length; i++) {
    const block = index.blockOf(series[i]!);
    if (block > last + 1 || block - first >= RUN_BLOCKS_MAX) break;
    last = block;
  }
  return last;
}

/** The data blocks of a file, which is opened when one is not cached. */
class BlockFile {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #blocks: readonly DataBlock[];
  readonly #cached: CachedBlocks;
  #file: DiskFile | null = null;

  constructor(disk: Disk, path: string, blocks: readonly DataBlock[], cached: CachedBlocks) {
    this.#disk = disk;
    this.#path = path;
    this.#blocks = blocks;
    this.#cached = cached;
  }

  async readRun(first: number, last: number): Promise<BlockRun> {
    const bytes: Uint8Array[] = [];
    for (let block = first; block <= last; ) {
      const known = this.#cached.get(block);
      if (known) {
        bytes.push(known);
        block++;
        continue;
      }
      let end = block + 1;
      while (end <= last && !this.#cached.get(end)) end++;
      bytes.push(...(await this.#read(block, end)));
      block = end;
    }
    return { first, last, bytes };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Blocks [first, end), each checked. */
  async #read(first: number, end: number): Promise<Uint8Array[]> {
    this.#file ??= await this.#disk.open(this.#path, { readOnly: true });
    const blocks = this.#blocks.slice(first, end);
    const start = blocks[0]!.offset;
    const length = blocks.at(-1)!.offset + blocks.at(-1)!.length - start;
    const all = await readExactly(this.#file, this.#path, start, length);
    return blocks.map((block, i) => {
      const bytes = all.subarray(block.offset - start, block.offset - start + block.length);
      if (crc32c(bytes) !== block.checksum)
        throw new PartitionCorruptError(this.#path, `the block at byte ${block.offset} is damaged`);
      this.#cached.offer(first + i, bytes);
      return bytes;
    });
  }
}

/** Decodes each timestamp column once a query; series scraped together share theirs. */
class TimestampColumns {
  readonly #partition: OpenPartition;
  readonly #decoded = new Map<number, Float64Array>();

  constructor(partition: OpenPartition) {
    this.#partition = partition;
  }

  read(id: number, samples: number): Float64Array {
    const known = this.#decoded.get(id);
    if (known && known.length === samples) return known;
    const { index, timestamps } = this.#partition;
    const column = new Float64Array(samples);
    const reader = new ByteReader(timestamps, index.timestampOffsets[id]!, index.timestampOffsets[id + 1]!);
    decodeIntegers(reader, column, 0, samples);
    for (let i = 0; i < samples; i++) column[i]! += index.startMs;
    this.#decoded.set(id, column);
    return column;
  }

  get bytes(): Uint8Array {
    return this.#partition.timestamps;
  }
}

async function readExactly(
  file: DiskFile,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const found = await file.read(bytes, offset);
  if (found !== length) throw new PartitionCorruptError(path, `it ends at byte ${offset + found}`);
  return bytes;
}
