import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import type { HistogramRollup, RollupColumn, Rollups } from '@tocsin/protocol/series/rollups.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import { ColumnArena } from '../head/column-arena.ts';
import { NO_SAMPLES, partOf, type SampleColumns } from '../head/sample-columns.ts';

const NONE = new Float64Array(0);
const FLOAT_COLUMNS = ['first', 'count', 'sum', 'min', 'max', 'resets'] as const;
/** Every column that may be asked for. */
export const ALL_COLUMNS: ReadonlySet<RollupColumn> = new Set([
  'last',
  'firstTimestampsMs',
  ...FLOAT_COLUMNS,
]);

/**
 * One series' windows from several pieces: rolled up, or raw, whose samples are windows of one. They are put in the order of
 * time; where they overlap, because samples came late, the one that begins later is counted into the other: all that
 * does not depend on the order of the samples in them is exact then, and what a counter lost to resets is what it lost
 * within each. The result has the columns that all rolled up pieces have, and takes them from the arena.
 */
export function joinRollups(
  pieces: readonly SampleColumns[],
  arena: ColumnArena = new ColumnArena(),
): SampleColumns {
  const filled = pieces.filter((piece) => piece.timestampsMs.length > 0);
  if (filled.length === 0) return NO_SAMPLES;
  const columns = columnsOf(filled);
  const windows = filled
    .map((piece) => (piece.rollups ? piece : asWindows(piece, columns)))
    .sort((a, b) => a.timestampsMs[0]! - b.timestampsMs[0]!);
  if (windows.length === 1) return windows[0]!;
  return followEachOther(windows)
    ? concatenated(windows, columns, arena)
    : interleaved(windows, columns, arena);
}

function columnsOf(pieces: readonly SampleColumns[]): ReadonlySet<RollupColumn> {
  const columns = new Set(ALL_COLUMNS);
  for (const { rollups } of pieces)
    for (const name of ALL_COLUMNS)
      if (rollups && name !== 'last' && rollups[name].length === 0) columns.delete(name);
  return columns;
}

function followEachOther(pieces: readonly SampleColumns[]): boolean {
  return pieces.every((piece, i) => {
    const before = pieces[i - 1];
    return before === undefined || before.timestampsMs.at(-1)! < beginOf(piece, 0);
  });
}

/** When the first sample of a window was; where that was not asked for, the windows are whole, and its last will do. */
function beginOf({ rollups, timestampsMs }: SampleColumns, at: number): number {
  return rollups!.firstTimestampsMs[at] ?? timestampsMs[at]!;
}

/** Raw samples as windows of one; stale markers are none. */
export function asWindows(raw: SampleColumns, wanted: ReadonlySet<RollupColumn>): SampleColumns {
  const kept = withoutStale(raw);
  const { timestampsMs, values, histograms, startsMs } = kept;
  const column = (name: RollupColumn): Float64Array => (wanted.has(name) ? values : NONE);
  const { length } = values;
  const rollups: Rollups = {
    firstTimestampsMs: wanted.has('firstTimestampsMs') ? timestampsMs : NONE,
    first: column('first'),
    count: wanted.has('count') ? new Float64Array(length).fill(1) : NONE,
    sum: column('sum'),
    min: column('min'),
    max: column('max'),
    resets: wanted.has('resets') ? new Float64Array(length) : NONE,
    ...(startsMs && { firstStartsMs: startsMs }),
    ...(histograms && { histograms: histograms.map(ofOne) }),
  };
  return { ...kept, rollups };
}

function ofOne(histogram: NonNullable<SampleColumns['histograms']>[number]): HistogramRollup | null {
  return histogram && { first: histogram, sum: histogram, resets: null };
}

function withoutStale(raw: SampleColumns): SampleColumns {
  const { values, histograms } = raw;
  let stale = 0;
  for (let i = 0; i < values.length; i++) if (!histograms?.[i] && isStaleAt(values, i)) stale++;
  if (stale === 0) return raw;
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) if (histograms?.[i] || !isStaleAt(values, i)) kept.push(i);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (i) => column[i]!);
  return {
    timestampsMs: pick(raw.timestampsMs),
    values: pick(values),
    ...(histograms && { histograms: kept.map((i) => histograms[i]!) }),
    ...(raw.startsMs && { startsMs: pick(raw.startsMs) }),
  };
}

function concatenated(
  pieces: readonly SampleColumns[],
  columns: ReadonlySet<RollupColumn>,
  arena: ColumnArena,
): SampleColumns {
  const length = pieces.reduce((sum, piece) => sum + piece.timestampsMs.length, 0);
  const join = (columnOf: (piece: SampleColumns) => Float64Array | undefined): Float64Array => {
    const joined = arena.take(length);
    let at = 0;
    for (const piece of pieces) {
      const column = columnOf(piece);
      if (column) joined.set(column, at);
      else joined.fill(0, at, at + piece.timestampsMs.length);
      at += piece.timestampsMs.length;
    }
    return joined;
  };
  const joinColumn = (name: Exclude<RollupColumn, 'last'>): Float64Array =>
    columns.has(name) ? join(({ rollups }) => rollups![name]) : NONE;
  const hasStarts = pieces.some(({ startsMs }) => startsMs);
  const hasHistograms = pieces.some(({ histograms }) => histograms);
  const nulls = (piece: SampleColumns): null[] => new Array<null>(piece.timestampsMs.length).fill(null);
  const rollups: Rollups = {
    firstTimestampsMs: joinColumn('firstTimestampsMs'),
    first: joinColumn('first'),
    count: joinColumn('count'),
    sum: joinColumn('sum'),
    min: joinColumn('min'),
    max: joinColumn('max'),
    resets: joinColumn('resets'),
    ...(hasStarts && { firstStartsMs: join((piece) => piece.rollups!.firstStartsMs) }),
    ...(hasHistograms && {
      histograms: pieces.flatMap((piece) => piece.rollups!.histograms ?? nulls(piece)),
    }),
  };
  return {
    timestampsMs: join((piece) => piece.timestampsMs),
    values: join((piece) => piece.values),
    ...(hasStarts && { startsMs: join((piece) => piece.startsMs) }),
    ...(hasHistograms && { histograms: pieces.flatMap((piece) => piece.histograms ?? nulls(piece)) }),
    rollups,
  };
}

/** Window by window, in the order in which they begin. */
function interleaved(
  pieces: readonly SampleColumns[],
  wanted: ReadonlySet<RollupColumn>,
  arena: ColumnArena,
): SampleColumns {
  const order = pieces
    .flatMap((piece) => Array.from(piece.timestampsMs, (_last, at) => ({ piece, at })))
    .sort((a, b) => beginOf(a.piece, a.at) - beginOf(b.piece, b.at));
  const joined: SampleColumns[] = [];
  for (const { piece, at } of order) {
    const window = partOf(piece, at, at + 1);
    const before = joined.at(-1);
    if (before && before.timestampsMs[0]! >= beginOf(window, 0))
      joined[joined.length - 1] = together(before, window, wanted);
    else joined.push(window);
  }
  return concatenated(joined, wanted, arena);
}

/** A window that begins no earlier than `a` counted into it. */
function together(a: SampleColumns, b: SampleColumns, wanted: ReadonlySet<RollupColumn>): SampleColumns {
  const later = b.timestampsMs[0]! > a.timestampsMs[0]! ? b : a;
  const [of, other] = [a.rollups!, b.rollups!];
  const column = (name: RollupColumn, combine: (x: number, y: number) => number): Float64Array => {
    if (name === 'last' || !wanted.has(name)) return NONE;
    return Float64Array.of(combine(of[name][0]!, other[name][0]!));
  };
  const add = (x: number, y: number): number => x + y;
  const histograms = togetherHistograms(of.histograms?.[0] ?? null, other.histograms?.[0] ?? null);
  return {
    timestampsMs: later.timestampsMs,
    values: later.values,
    ...(later.startsMs && { startsMs: later.startsMs }),
    ...(later.histograms && { histograms: later.histograms }),
    rollups: {
      firstTimestampsMs: of.firstTimestampsMs,
      first: of.first,
      count: column('count', add),
      sum: column('sum', add),
      min: column('min', (x, y) => (y < x || Number.isNaN(x) ? y : x)),
      max: column('max', (x, y) => (y > x || Number.isNaN(x) ? y : x)),
      resets: column('resets', add),
      ...(of.firstStartsMs && { firstStartsMs: of.firstStartsMs }),
      ...(histograms && { histograms: [histograms] }),
    },
  };
}

function togetherHistograms(a: HistogramRollup | null, b: HistogramRollup | null): HistogramRollup | null {
  if (a === null || b === null) return a ?? b;
  const added = (x: HistogramRollup['resets'], y: HistogramRollup['resets']): HistogramRollup['resets'] => {
    if (x === null || y === null) return x ?? y;
    const sum = new HistogramSum(x);
    // Those that do not fit together are no sum.
    return sum.add(y) ? sum.finish() : x;
  };
  return { first: a.first, sum: added(a.sum, b.sum) ?? a.sum, resets: added(a.resets, b.resets) };
}
