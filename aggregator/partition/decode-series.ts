import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { decodeIntegers } from '../chunks/integer-column.ts';
import { decodeValues } from '../chunks/value-column.ts';
import type { ColumnArena } from '../head/column-arena.ts';
import { NO_SAMPLES, type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import type { SeriesLender } from '../lent/series-lender.ts';
import { joinRollups } from '../rollup/join-rollups.ts';
import { decodeHistogramRollups, decodeHistograms } from './histogram-chunk.ts';
import {
  CHUNK_SAMPLES,
  FLOATS,
  FLOATS_WITH_STARTS,
  HISTOGRAM_ROLLUPS,
  HISTOGRAMS,
  isRolledUp,
  PartitionCorruptError,
  ROLLUPS_WITH_STARTS,
} from './partition-format.ts';
import type { PartitionIndex, StoredChunk } from './partition-index.ts';
import { decodeRollups, finishTarget, newRollupTarget } from './rollup-chunk.ts';

/** Neighbouring data blocks and their bytes. */
export interface BlockRun {
  readonly first: number;
  readonly last: number;
  /** By block, from the first on. */
  readonly bytes: readonly Uint8Array[];
}

export interface Decoder {
  readonly index: PartitionIndex;
  readonly run: BlockRun;
  readonly timestamps: {
    read(id: number, samples: number): Float64Array;
    /** The encoded columns. */
    readonly bytes: Uint8Array;
  };
  readonly path: string;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly wanted: ReadonlySet<RollupColumn>;
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

/** A series' samples in (minTimestampMs, maxTimestampMs]. Throws PartitionCorruptError. */
export function decodeSeries(decoder: Decoder, series: number, arena: ColumnArena): SampleColumns {
  const { index, path, minTimestampMs, maxTimestampMs } = decoder;
  try {
    const all = index.chunksOf(series);
    const low = minTimestampMs - index.startMs;
    if (all.length > 0 && isRolledUp(all[0]!.kind)) {
      // A window that ends beyond the maximum may have its last sample before it.
      const chunks = all.filter(({ last }) => last > low);
      return sliceColumns(decodeWindows(decoder, chunks, arena), minTimestampMs, maxTimestampMs);
    }
    const high = maxTimestampMs - index.startMs;
    return decodeSamples(
      decoder,
      all.filter(({ first, last }) => first <= high && last > low),
      arena,
    );
  } catch (error) {
    if (error instanceof StoredDataError) throw new PartitionCorruptError(path, error.message);
    throw error;
  }
}

/** Lends what `decodeSeries` decodes; false, and some may be written down, where that is more than floats. */
export function lendSeries(decoder: Decoder, series: number, lender: SeriesLender): boolean {
  try {
    return lendChunks(decoder, decoder.index.chunksOf(series), lender);
  } catch (error) {
    // Whoever reads it instead takes the file out of service.
    if (error instanceof StoredDataError) return false;
    throw error;
  }
}

function lendChunks(decoder: Decoder, chunks: readonly StoredChunk[], lender: SeriesLender): boolean {
  const { index, run, timestamps, minTimestampMs, maxTimestampMs } = decoder;
  const low = minTimestampMs - index.startMs;
  const high = maxTimestampMs - index.startMs;
  for (const { kind, first, last, samples, block, offset, length, timestampId } of chunks) {
    if (kind !== FLOATS) return false;
    if (first > high || last <= low) continue;
    lender.stored(
      timestamps.bytes,
      index.timestampOffsets[timestampId]!,
      index.timestampOffsets[timestampId + 1]!,
      run.bytes[block - run.first]!,
      offset,
      offset + length,
      samples,
      index.startMs,
    );
  }
  return true;
}

function decodeSamples(decoder: Decoder, chunks: readonly StoredChunk[], arena: ColumnArena): SampleColumns {
  const { timestamps, minTimestampMs, maxTimestampMs } = decoder;
  const parts: Part[] = [];
  let total = 0;
  let hasHistograms = false;
  let hasStarts = false;
  for (const chunk of chunks) {
    const column = timestamps.read(chunk.timestampId, chunk.samples);
    const from = firstAfter(column, minTimestampMs);
    const to = firstAfter(column, maxTimestampMs);
    if (from >= to) continue;
    parts.push({ chunk, column, from, to });
    total += to - from;
    hasHistograms ||= chunk.kind === HISTOGRAMS;
    hasStarts ||= chunk.kind !== 0;
  }
  if (total === 0) return NO_SAMPLES;
  const [only] = parts;
  // Of one chunk the timestamps need no copy: series scraped together share them.
  const shared = parts.length === 1 ? only!.column.subarray(only!.from, only!.to) : null;
  const target: SampleTarget = {
    values: arena.take(total),
    startsMs: hasStarts ? arena.take(total).fill(0) : null,
    histograms: hasHistograms ? [] : null,
    anyStart: false,
  };
  const timestampsMs = shared ?? arena.take(total);
  let at = 0;
  for (const part of parts) {
    if (!shared) timestampsMs.set(part.column.subarray(part.from, part.to), at);
    decodePart(decoder, part, target, at);
    at += part.to - part.from;
  }
  const { values, histograms, startsMs, anyStart } = target;
  return {
    timestampsMs,
    values,
    ...(histograms && { histograms }),
    ...(startsMs && anyStart && { startsMs }),
  };
}

interface SampleTarget {
  readonly values: Float64Array;
  readonly startsMs: Float64Array | null;
  readonly histograms: (Histogram | null)[] | null;
  anyStart: boolean;
}

function decodePart(decoder: Decoder, { chunk, from, to }: Part, target: SampleTarget, at: number): void {
  const { kind, samples } = chunk;
  if (kind === HISTOGRAMS) {
    target.values.fill(Number.NaN, at, at + to - from);
    const stored = decodeHistograms(bytesOf(decoder, chunk));
    for (let i = from; i < to; i++) {
      target.histograms!.push(stored[i]?.histogram ?? null);
      const startMs = stored[i]?.startTimestampMs ?? 0;
      target.startsMs![at + i - from] = startMs;
      if (startMs !== 0) target.anyStart = true;
    }
    return;
  }
  const reader = readerOf(decoder, chunk);
  if (to - from === samples) decodeValues(reader, target.values, at, samples);
  else
    decodeInto(target.values, at, from, to, samples, (column, start) =>
      decodeValues(reader, column, start, samples),
    );
  if (kind === FLOATS_WITH_STARTS) {
    target.anyStart = true;
    decodeInto(target.startsMs!, at, from, to, samples, (column, start) =>
      decodeIntegers(reader, column, start, samples),
    );
  }
  if (target.histograms) for (let i = from; i < to; i++) target.histograms.push(null);
}

/** Decodes a column of which [from, to) is wanted. */
function decodeInto(
  target: Float64Array,
  at: number,
  from: number,
  to: number,
  samples: number,
  decode: (column: Float64Array, start: number) => void,
): void {
  if (to - from === samples) {
    decode(target, at);
    return;
  }
  if (samples > scratch.length) throw new StoredDataError(`Cannot read a chunk of ${samples} samples`);
  decode(scratch, 0);
  for (let i = from; i < to; i++) target[at + i - from] = scratch[i]!;
}

/** A tier's chunks. */
function decodeWindows(decoder: Decoder, chunks: readonly StoredChunk[], arena: ColumnArena): SampleColumns {
  const floats = chunks.filter(({ kind }) => kind !== HISTOGRAM_ROLLUPS);
  const pieces: SampleColumns[] = [];
  if (floats.length > 0) {
    const total = floats.reduce((sum, { samples }) => sum + samples, 0);
    const hasStarts = floats.some(({ kind }) => kind === ROLLUPS_WITH_STARTS);
    const target = newRollupTarget(arena, total, decoder.wanted, hasStarts);
    let at = 0;
    for (const chunk of floats) {
      const endsMs = decoder.timestamps.read(chunk.timestampId, chunk.samples);
      decodeRollups(readerOf(decoder, chunk), chunk.kind, endsMs, target, at);
      at += chunk.samples;
    }
    pieces.push(finishTarget(target));
  }
  if (floats.length < chunks.length)
    for (const chunk of chunks)
      if (chunk.kind === HISTOGRAM_ROLLUPS) pieces.push(decodeHistogramRollups(bytesOf(decoder, chunk)));
  return joinRollups(pieces, arena);
}

function bytesOf({ run }: Decoder, { block, offset, length }: StoredChunk): Uint8Array {
  return run.bytes[block - run.first]!.subarray(offset, offset + length);
}

function readerOf({ run }: Decoder, { block, offset, length }: StoredChunk): ByteReader {
  return new ByteReader(run.bytes[block - run.first]!, offset, offset + length);
}
