import { zstdDecompressSync } from 'node:zlib';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { decodeIntegers } from '../chunks/integer-column.ts';
import { decodeValues } from '../chunks/value-column.ts';
import { ColumnArena } from '../head/column-arena.ts';
import { decodeHistogramMessage, type SampleReader } from '../head/head.ts';
import { firstAfter, NO_SAMPLES, type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import { emptyRollups, ROLLUP_NAMES } from '../rollup/rollup-columns.ts';
import type { SeriesNumbers } from '../series/postings.ts';
import {
  CHUNK_SAMPLES,
  decodeFooter,
  FOOTER_BYTES,
  HEADER_BYTES,
  HISTOGRAMS,
  PartitionCorruptError,
  ROLLUPS,
} from './partition-format.ts';
import { type DataBlock, PartitionIndex, type StoredChunk } from './partition-index.ts';

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
    const index = new PartitionIndex(zstdDecompressSync(packed, { maxOutputLength: INDEX_BYTES_MAX }));
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
    for (const { series: number, read } of one) yield { series: number, columns: read(arena) };
}

/** A series of a partition; some turn out to have no samples. */
export interface StoredSeries {
  readonly series: number;
  readonly read: SampleReader;
}

/**
 * These series (ascending) with their samples in (minTimestampMs, maxTimestampMs], in the same order, by runs of
 * neighbouring blocks: the bytes of a run are read and checked in one go, and decoded when asked for. Both throw
 * PartitionCorruptError.
 */
export async function* openSeries(
  disk: Disk,
  path: string,
  partition: OpenPartition,
  series: SeriesNumbers,
  minTimestampMs: number,
  maxTimestampMs: number,
): AsyncGenerator<readonly StoredSeries[]> {
  const { index } = partition;
  const timestamps = new TimestampColumns(partition);
  const file = await disk.open(path, { readOnly: true });
  try {
    for (let i = 0; i < series.length; ) {
      const block = index.blockOf(series[i]!);
      const run = await readRun(file, path, index.blocks, block, lastNeeded(index, series, i, block));
      const decoder = { index, run, timestamps, path, minTimestampMs, maxTimestampMs };
      const opened: StoredSeries[] = [];
      for (; i < series.length && index.blockOf(series[i]!) <= run.last; i++) {
        const number = series[i]!;
        opened.push({ series: number, read: (arena) => decodeSeries(decoder, number, arena) });
      }
      yield opened;
    }
  } finally {
    await file.close();
  }
}

// How much one read may span, and how many blocks nobody asked for it may pass over.
const RUN_BLOCKS_MAX = 16;

interface BlockRun {
  readonly first: number;
  readonly last: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly blocks: readonly DataBlock[];
}

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

async function readRun(
  file: DiskFile,
  path: string,
  blocks: readonly DataBlock[],
  first: number,
  last: number,
): Promise<BlockRun> {
  const offset = blocks[first]!.offset;
  const end = blocks[last]!.offset + blocks[last]!.length;
  const bytes = await readExactly(file, path, offset, end - offset);
  for (let block = first; block <= last; block++) {
    const { offset: start, length, checksum } = blocks[block]!;
    if (crc32c(bytes.subarray(start - offset, start - offset + length)) !== checksum)
      throw new PartitionCorruptError(path, `the block at byte ${start} is damaged`);
  }
  return { first, last, offset, bytes, blocks };
}

interface Decoder {
  readonly index: PartitionIndex;
  readonly run: BlockRun;
  readonly timestamps: TimestampColumns;
  readonly path: string;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
}

/** The part of a chunk that a query wants. */
interface Part {
  readonly chunk: StoredChunk;
  readonly column: Float64Array;
  readonly from: number;
  readonly to: number;
}

// A chunk of which only a part is wanted is decoded here first.
const scratch = new Float64Array(CHUNK_SAMPLES);

function decodeSeries(decoder: Decoder, series: number, arena: ColumnArena): SampleColumns {
  const { index, timestamps, path, minTimestampMs, maxTimestampMs } = decoder;
  try {
    const low = minTimestampMs - index.startMs;
    const high = maxTimestampMs - index.startMs;
    const chunks = index.chunksOf(series).filter(({ first, last }) => first <= high && last > low);
    if (chunks.length === 0) return NO_SAMPLES;
    if (chunks[0]!.kind === ROLLUPS)
      return sliceColumns(decodeRollups(decoder, chunks), minTimestampMs, maxTimestampMs);
    const parts: Part[] = [];
    let total = 0;
    let hasHistograms = false;
    for (const chunk of chunks) {
      const column = timestamps.read(chunk.timestampId, chunk.samples);
      const from = firstAfter(column, minTimestampMs);
      const to = firstAfter(column, maxTimestampMs);
      if (from >= to) continue;
      parts.push({ chunk, column, from, to });
      total += to - from;
      hasHistograms ||= chunk.kind === HISTOGRAMS;
    }
    if (total === 0) return NO_SAMPLES;
    const [only] = parts;
    // Of one chunk the timestamps need no copy: series scraped together share them.
    const shared = parts.length === 1 ? only!.column.subarray(only!.from, only!.to) : null;
    const timestampsMs = shared ?? arena.take(total);
    const values = arena.take(total);
    const histograms: (Histogram | null)[] | null = hasHistograms ? [] : null;
    let at = 0;
    for (const part of parts) {
      if (!shared) timestampsMs.set(part.column.subarray(part.from, part.to), at);
      decodePart(decoder, part, values, at, histograms);
      at += part.to - part.from;
    }
    return histograms ? { timestampsMs, values, histograms } : { timestampsMs, values };
  } catch (error) {
    if (error instanceof StoredDataError) throw new PartitionCorruptError(path, error.message);
    throw error;
  }
}

function decodePart(
  { run }: Decoder,
  { chunk, from, to }: Part,
  values: Float64Array,
  at: number,
  histograms: (Histogram | null)[] | null,
): void {
  const start = run.blocks[chunk.block]!.offset - run.offset + chunk.offset;
  if (chunk.kind === HISTOGRAMS) {
    values.fill(Number.NaN, at, at + to - from);
    histograms!.push(...decodeHistograms(run.bytes.subarray(start, start + chunk.length)).slice(from, to));
    return;
  }
  const reader = new ByteReader(run.bytes, start, start + chunk.length);
  if (to - from === chunk.samples) decodeValues(reader, values, at, chunk.samples);
  else {
    if (chunk.samples > scratch.length)
      throw new StoredDataError(`Cannot read a chunk of ${chunk.samples} samples`);
    decodeValues(reader, scratch, 0, chunk.samples);
    for (let i = from; i < to; i++) values[at + i - from] = scratch[i]!;
  }
  if (histograms) for (let i = from; i < to; i++) histograms.push(null);
}

/** A tier's chunks: the last values, then the other columns. */
function decodeRollups({ run, timestamps }: Decoder, chunks: readonly StoredChunk[]): SampleColumns {
  const total = chunks.reduce((sum, chunk) => sum + chunk.samples, 0);
  const timestampsMs = new Float64Array(total);
  const values = new Float64Array(total);
  const rollups = emptyRollups(total);
  let at = 0;
  for (const { timestampId, samples, block, offset, length } of chunks) {
    timestampsMs.set(timestamps.read(timestampId, samples), at);
    const start = run.blocks[block]!.offset - run.offset + offset;
    const reader = new ByteReader(run.bytes, start, start + length);
    decodeValues(reader, values, at, samples);
    for (const name of ROLLUP_NAMES) {
      const column = rollups[name];
      if (name !== 'firstTimestampsMs' && name !== 'lastTimestampsMs') {
        decodeValues(reader, column, at, samples);
        continue;
      }
      decodeIntegers(reader, column, at, samples);
      for (let i = at; i < at + samples; i++) column[i] = timestampsMs[i]! - column[i]!;
    }
    at += samples;
  }
  return { timestampsMs, values, rollups };
}

function decodeHistograms(packed: Uint8Array): (Histogram | null)[] {
  const reader = new ByteReader(zstdDecompressSync(packed, { maxOutputLength: INDEX_BYTES_MAX }));
  const histograms: (Histogram | null)[] = [];
  while (reader.remaining > 0) histograms.push(decodeHistogramMessage(reader.prefixed()));
  return histograms;
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
