import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { sliceRollups } from '../rollup/slice-rollups.ts';
import type { ColumnArena } from './column-arena.ts';

/** Samples of one series, ascending in time, each timestamp once. */
export type SampleColumns = Omit<SeriesColumns, 'labels'>;

export const NO_SAMPLES: SampleColumns = { timestampsMs: new Float64Array(0), values: new Float64Array(0) };

/**
 * One column set from several, none of them rolled up; of samples with equal timestamps that of the earlier piece stays.
 * Pieces that follow one another in time, the usual case, are only copied.
 */
export function mergeColumns(pieces: readonly SampleColumns[], arena?: ColumnArena): SampleColumns {
  const filled = pieces.filter((piece) => piece.timestampsMs.length > 0);
  if (filled.length === 0) return NO_SAMPLES;
  if (filled.length === 1) return filled[0]!;
  if (followEachOther(filled)) return concatenated(filled, arena);
  const ordered = filled
    .map((piece, rank) => ({ piece, rank }))
    .sort((a, b) => a.piece.timestampsMs[0]! - b.piece.timestampsMs[0]! || a.rank - b.rank);
  const sorted = ordered.map(({ piece }) => piece);
  if (followEachOther(sorted)) return concatenated(sorted, arena);
  return filled.reduce(mergeTwo);
}

function followEachOther(pieces: readonly SampleColumns[]): boolean {
  for (let i = 1; i < pieces.length; i++) {
    const before = pieces[i - 1]!.timestampsMs;
    if (before[before.length - 1]! >= pieces[i]!.timestampsMs[0]!) return false;
  }
  return true;
}

function concatenated(pieces: readonly SampleColumns[], arena?: ColumnArena): SampleColumns {
  const length = pieces.reduce((sum, piece) => sum + piece.timestampsMs.length, 0);
  const take = (): Float64Array => arena?.take(length) ?? new Float64Array(length);
  const timestampsMs = take();
  const values = take();
  const startsMs = pieces.some((piece) => piece.startsMs) ? take() : null;
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.timestampsMs.length;
    timestampsMs.set(piece.timestampsMs, at);
    values.set(piece.values, at);
    if (piece.startsMs) startsMs?.set(piece.startsMs, at);
    else startsMs?.fill(0, at, end);
    at = end;
  }
  const histograms = pieces.some((piece) => piece.histograms)
    ? pieces.flatMap((piece) => piece.histograms ?? new Array<null>(piece.timestampsMs.length).fill(null))
    : null;
  return { timestampsMs, values, ...(histograms && { histograms }), ...(startsMs && { startsMs }) };
}

/** Merges two pieces; at equal timestamps the first one's sample stays. */
function mergeTwo(a: SampleColumns, b: SampleColumns): SampleColumns {
  const total = a.timestampsMs.length + b.timestampsMs.length;
  const timestampsMs = new Float64Array(total);
  const values = new Float64Array(total);
  const startsMs = a.startsMs || b.startsMs ? new Float64Array(total) : null;
  const histograms: (Histogram | null)[] | null = a.histograms || b.histograms ? [] : null;
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < a.timestampsMs.length || j < b.timestampsMs.length) {
    const x = i < a.timestampsMs.length ? a.timestampsMs[i]! : Number.POSITIVE_INFINITY;
    const y = j < b.timestampsMs.length ? b.timestampsMs[j]! : Number.POSITIVE_INFINITY;
    const [from, at] = x <= y ? [a, i] : [b, j];
    timestampsMs[count] = from.timestampsMs[at]!;
    values[count] = from.values[at]!;
    if (startsMs) startsMs[count] = from.startsMs?.[at] ?? 0;
    histograms?.push(from.histograms?.[at] ?? null);
    count++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return {
    timestampsMs: timestampsMs.subarray(0, count),
    values: values.subarray(0, count),
    ...(histograms && { histograms }),
    ...(startsMs && { startsMs: startsMs.subarray(0, count) }),
  };
}

/** The samples in (minTimestampMs, maxTimestampMs]; views, not copies. Of windows those whose last sample is. */
export function sliceColumns(
  columns: SampleColumns,
  minTimestampMs: number,
  maxTimestampMs: number,
): SampleColumns {
  const from = firstAfter(columns.timestampsMs, minTimestampMs);
  const to = firstAfter(columns.timestampsMs, maxTimestampMs);
  if (from === 0 && to === columns.timestampsMs.length) return columns;
  if (from >= to) return NO_SAMPLES;
  return partOf(columns, from, to);
}

/** The samples [from, to); views, not copies. */
export function partOf(columns: SampleColumns, from: number, to: number): SampleColumns {
  const { timestampsMs, values, histograms, startsMs, rollups } = columns;
  return {
    timestampsMs: timestampsMs.subarray(from, to),
    values: values.subarray(from, to),
    ...(histograms && { histograms: histograms.slice(from, to) }),
    ...(startsMs && { startsMs: startsMs.subarray(from, to) }),
    ...(rollups && { rollups: sliceRollups(rollups, from, to) }),
  };
}
