import { zstdCompressSync } from 'node:zlib';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { encodeIntegers } from '../chunks/integer-column.ts';
import { encodeValues } from '../chunks/value-column.ts';
import type { SampleColumns } from '../head/sample-columns.ts';
import { windowEnd } from '../rollup/roll-up.ts';
import { encodeHistogramRollups, encodeHistograms } from './histogram-chunk.ts';
import {
  BLOCK_BYTES,
  CHUNK_SAMPLES,
  encodeFooter,
  encodeHeader,
  FLOATS,
  FLOATS_WITH_STARTS,
  HEADER_BYTES,
  HISTOGRAM_ROLLUPS,
  HISTOGRAMS,
  isRolledUp,
  kindsOf,
  ROLLUPS,
  ROLLUPS_WITH_STARTS,
  VERSION,
} from './partition-format.ts';
import { encodeRollups } from './rollup-chunk.ts';

export interface PartitionSeries {
  readonly labels: Labels;
  readonly columns: SampleColumns;
}

export interface WrittenPartition {
  readonly series: number;
  readonly samples: number;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly bytes: number;
}

// What waits in memory before it goes to the disk.
const WRITE_BYTES = 1 << 20;
const utf8 = new TextEncoder();

/**
 * Writes a partition file and syncs it: the series in the order given (sorted by labels, so that a query's are
 * neighbours), timestamps relative to `startMs`. Series without samples are left out. Of a tier `resolutionMs` is that of its
 * windows. On an error the file is removed.
 */
export async function writePartition(
  disk: Disk,
  path: string,
  startMs: number,
  series: AsyncIterable<PartitionSeries> | Iterable<PartitionSeries>,
  resolutionMs = 0,
): Promise<WrittenPartition> {
  const file = await disk.open(path, { truncate: true });
  try {
    const builder = new PartitionBuilder(startMs, resolutionMs);
    let pending: Uint8Array[] = [encodeHeader()];
    let pendingBytes = HEADER_BYTES;
    for await (const one of series) {
      const block = builder.add(one);
      if (block === null) continue;
      pending.push(block);
      pendingBytes += block.length;
      if (pendingBytes < WRITE_BYTES) continue;
      await file.append(pending);
      pending = [];
      pendingBytes = 0;
    }
    await file.append([...pending, ...builder.finish()]);
    await file.datasync();
    const bytes = file.size();
    await file.close();
    return { ...builder.totals(), bytes };
  } catch (error) {
    await file.close();
    await disk.unlink(path);
    throw error;
  }
}

/** Gathers what goes into the index while the data blocks are being written. */
class PartitionBuilder {
  readonly #startMs: number;
  readonly #resolutionMs: number;
  #block = new ByteWriter(BLOCK_BYTES * 2);
  readonly #blocks = new ByteWriter();
  #blockCount = 0;
  #blockOffset = HEADER_BYTES;
  readonly #timestamps = new ByteWriter(1024);
  readonly #timestampIds = new Map<string, number>();
  readonly #timestampLengths = new ByteWriter();
  readonly #symbols = new Map<string, number>();
  readonly #symbolBytes = new ByteWriter(4096);
  readonly #labels = new ByteWriter(4096);
  #previousIds: number[] = [];
  readonly #chunks = new ByteWriter(4096);
  readonly #scratch = new ByteWriter();
  readonly #column = new Float64Array(CHUNK_SAMPLES);
  readonly #ends = new Float64Array(CHUNK_SAMPLES);
  readonly #starts = new Float64Array(CHUNK_SAMPLES);
  #previousTimestampId = -1;
  #series = 0;
  #samples = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(startMs: number, resolutionMs: number) {
    this.#startMs = startMs;
    this.#resolutionMs = resolutionMs;
  }

  /** Adds a series; returns a finished data block when there is one. */
  add({ labels, columns }: PartitionSeries): Uint8Array | null {
    const count = columns.timestampsMs.length;
    if (count === 0) return null;
    this.#series++;
    this.#samples += count;
    this.#min = Math.min(this.#min, columns.timestampsMs[0]!);
    this.#max = Math.max(this.#max, columns.timestampsMs[count - 1]!);
    this.#writeLabels(labels);
    const runs = chunkRuns(columns);
    this.#chunks.varint(this.#blockCount);
    this.#chunks.varint(runs.length);
    for (const run of runs) this.#writeChunk(columns, run.from, run.to, run.kind);
    return this.#block.length >= BLOCK_BYTES ? this.#closeBlock() : null;
  }

  finish(): Uint8Array[] {
    const last = this.#block.length > 0 ? [this.#closeBlock()] : [];
    const timestamps = this.#timestamps.finish();
    const index = new ByteWriter(4096);
    index.zigzag(this.#startMs);
    index.varint(this.#series);
    index.varint(this.#samples);
    index.varint(this.#symbols.size);
    index.varint(this.#timestampIds.size);
    index.varint(this.#blockCount);
    for (const section of [
      this.#symbolBytes,
      this.#labels,
      this.#timestampLengths,
      this.#blocks,
      this.#chunks,
    ])
      index.prefixed(section.peek());
    const packed = new Uint8Array(zstdCompressSync(index.peek()));
    const footer = encodeFooter({
      timestampsOffset: this.#blockOffset,
      timestampsLength: timestamps.length,
      timestampsChecksum: crc32c(timestamps),
      indexLength: packed.length,
      indexChecksum: crc32c(packed),
    });
    return [...last, timestamps, packed, footer];
  }

  totals(): Omit<WrittenPartition, 'bytes'> {
    return {
      series: this.#series,
      samples: this.#samples,
      minTimestampMs: this.#min,
      maxTimestampMs: this.#max,
    };
  }

  /** Each label as the difference of its symbol to that of the series before: nearly all zeros, which zstd removes. */
  #writeLabels(labels: Labels): void {
    this.#labels.varint(labels.length / 2);
    const ids: number[] = [];
    for (let i = 0; i < labels.length; i++) {
      const id = this.#symbolId(labels[i]!);
      this.#labels.zigzag(id - (this.#previousIds[i] ?? 0));
      ids.push(id);
    }
    this.#previousIds = ids;
  }

  #symbolId(text: string): number {
    const known = this.#symbols.get(text);
    if (known !== undefined) return known;
    const id = this.#symbols.size;
    this.#symbols.set(text, id);
    this.#symbolBytes.prefixed(utf8.encode(text));
    return id;
  }

  #writeChunk(columns: SampleColumns, from: number, to: number, kind: number): void {
    const count = to - from;
    const timesMs = this.#timesOf(columns, from, to, kind);
    for (let i = 0; i < count; i++) this.#column[i] = timesMs[i]! - this.#startMs;
    this.#scratch.clear();
    encodeIntegers(this.#scratch, this.#column, count);
    const id = this.#timestampId();
    const start = this.#block.length;
    this.#writeValues(columns, timesMs, from, to, kind);
    const chunks = this.#chunks;
    chunks.varint(count * kindsOf(VERSION) + kind);
    chunks.zigzag(id - this.#previousTimestampId);
    this.#previousTimestampId = id;
    chunks.varint(this.#block.length - start);
    // Where the chunk lies in time, so that a query need not read it to find out.
    chunks.varint(this.#column[0]!);
    chunks.varint(this.#column[count - 1]! - this.#column[0]!);
  }

  /** Of samples their timestamps, of windows their ends. */
  #timesOf({ timestampsMs }: SampleColumns, from: number, to: number, kind: number): Float64Array {
    if (!isRolledUp(kind)) return timestampsMs.subarray(from, to);
    for (let i = from; i < to; i++) this.#ends[i - from] = windowEnd(timestampsMs[i]!, this.#resolutionMs);
    return this.#ends.subarray(0, to - from);
  }

  #writeValues(columns: SampleColumns, timesMs: Float64Array, from: number, to: number, kind: number): void {
    const count = to - from;
    switch (kind) {
      case HISTOGRAMS:
        encodeHistograms(this.#block, columns, from, to);
        return;
      case HISTOGRAM_ROLLUPS:
        encodeHistogramRollups(this.#block, columns, from, to);
        return;
      case ROLLUPS:
      case ROLLUPS_WITH_STARTS:
        encodeRollups(this.#block, columns, timesMs, from, count, kind === ROLLUPS_WITH_STARTS);
        return;
      default:
        encodeValues(this.#block, columns.values, from, count);
        if (kind !== FLOATS_WITH_STARTS) return;
        this.#starts.set(columns.startsMs!.subarray(from, to));
        encodeIntegers(this.#block, this.#starts, count);
    }
  }

  /** Series scraped together have the same timestamps: each such column is stored once. */
  #timestampId(): number {
    const bytes = this.#scratch.peek();
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const known = this.#timestampIds.get(key);
    if (known !== undefined) return known;
    const id = this.#timestampIds.size;
    this.#timestampIds.set(key, id);
    this.#timestamps.append(bytes);
    this.#timestampLengths.varint(bytes.length);
    return id;
  }

  #closeBlock(): Uint8Array {
    const block = this.#block.finish();
    this.#block.clear();
    this.#blocks.varint(block.length);
    this.#blocks.uint32(crc32c(block));
    this.#blockCount++;
    this.#blockOffset += block.length;
    return block;
  }
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
}

/** Cuts a series into chunks of one kind each, of about equal length. */
function chunkRuns(columns: SampleColumns): Run[] {
  const count = columns.timestampsMs.length;
  const kindAt = kindsIn(columns);
  const runs: Run[] = [];
  let from = 0;
  while (from < count) {
    const kind = kindAt(from);
    let to = from + 1;
    if (columns.histograms) while (to < count && kindAt(to) === kind) to++;
    else to = count;
    const pieces = Math.ceil((to - from) / CHUNK_SAMPLES);
    const size = Math.ceil((to - from) / pieces);
    for (let start = from; start < to; start += size)
      runs.push({ from: start, to: Math.min(to, start + size), kind });
    from = to;
  }
  return runs;
}

function kindsIn({ histograms, rollups, startsMs }: SampleColumns): (index: number) => number {
  const hasStarts = startsMs?.some((start) => start !== 0) ?? false;
  const floats = rollups
    ? hasStarts
      ? ROLLUPS_WITH_STARTS
      : ROLLUPS
    : hasStarts
      ? FLOATS_WITH_STARTS
      : FLOATS;
  const others = rollups ? HISTOGRAM_ROLLUPS : HISTOGRAMS;
  return (index) => (histograms?.[index] ? others : floats);
}
