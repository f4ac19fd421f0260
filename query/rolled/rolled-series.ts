import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { firstAfterFrom } from '@tocsin/protocol/series/first-after.ts';
import type { HistogramRollup, Rollups } from '@tocsin/protocol/series/rollups.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';

/** Roll-up windows of one kind of samples, oldest first. */
export interface RolledFloats {
  /** Milliseconds since the epoch of each window's last sample. */
  readonly lastMs: Float64Array;
  readonly last: Float64Array;
  /** When the counter of each window's last sample began, 0 where not known; null when known of none. */
  readonly startsMs: Float64Array | null;
  /** Columns that were not asked for are empty. */
  readonly rollups: Rollups;
}

export interface RolledHistograms extends RolledFloats {
  readonly lastHistograms: readonly Histogram[];
  readonly histograms: readonly HistogramRollup[];
}

/** A series that was read from a tier: its windows of floats, and those of native histograms. */
export interface RolledSeries {
  readonly labels: Labels;
  readonly floats: RolledFloats;
  readonly histograms: RolledHistograms | null;
}

/**
 * The roll-up windows [from, to) that have a part in (openMs, endMs]. Only the first and the last of them may reach beyond it:
 * those are cut.
 */
export interface Stretch<T extends RolledFloats = RolledFloats> {
  readonly of: T;
  readonly from: number;
  readonly to: number;
  readonly openMs: number;
  readonly endMs: number;
}

export function toRolledSeries(columns: SeriesColumns): RolledSeries {
  const { labels, timestampsMs, values, startsMs = null } = columns;
  const rollups = columns.rollups!;
  const { histograms } = columns;
  if (!histograms?.some((histogram) => histogram !== null))
    return { labels, floats: { lastMs: timestampsMs, last: values, startsMs, rollups }, histograms: null };
  const ofFloats: number[] = [];
  const ofHistograms: number[] = [];
  histograms.forEach((histogram, i) => {
    (histogram === null ? ofFloats : ofHistograms).push(i);
  });
  return {
    labels,
    floats: pick(columns, ofFloats),
    histograms: {
      ...pick(columns, ofHistograms),
      lastHistograms: ofHistograms.map((i) => histograms[i]!),
      histograms: ofHistograms.map((i) => rollups.histograms![i]!),
    },
  };
}

function pick(
  { timestampsMs, values, startsMs, rollups }: SeriesColumns,
  kept: readonly number[],
): RolledFloats {
  const column = (from: Float64Array): Float64Array =>
    from.length === 0 ? from : Float64Array.from(kept, (i) => from[i]!);
  const { firstTimestampsMs, first, count, sum, min, max, resets, firstStartsMs } = rollups!;
  return {
    lastMs: column(timestampsMs),
    last: column(values),
    startsMs: startsMs ? column(startsMs) : null,
    rollups: {
      firstTimestampsMs: column(firstTimestampsMs),
      first: column(first),
      count: column(count),
      sum: column(sum),
      min: column(min),
      max: column(max),
      resets: column(resets),
      ...(firstStartsMs && { firstStartsMs: column(firstStartsMs) }),
    },
  };
}

/**
 * The windows with a part in (openMs, endMs]; where their first timestamps were not asked for, none is cut. `before` is the
 * stretch of an earlier step, from which the search goes on.
 */
export function stretchOf<T extends RolledFloats>(
  of: T,
  openMs: number,
  endMs: number,
  before: Stretch<T> | null = null,
): Stretch<T> {
  const { firstTimestampsMs } = of.rollups;
  const begins = firstTimestampsMs.length > 0 ? firstTimestampsMs : of.lastMs;
  const from = firstAfterFrom(of.lastMs, openMs, before?.from ?? 0);
  return { of, from, to: firstAfterFrom(begins, endMs, before?.to ?? 0), openMs, endMs };
}

export function beginsBefore({ of, openMs }: Stretch, at: number): boolean {
  return of.rollups.firstTimestampsMs[at]! <= openMs;
}

export function endsBehind({ of, endMs }: Stretch, at: number): boolean {
  return of.lastMs[at]! > endMs;
}

export function isCut(stretch: Stretch): boolean {
  const { from, to } = stretch;
  return from < to && (beginsBefore(stretch, from) || endsBehind(stretch, to - 1));
}

/** The part of a window that lies in the stretch, by time between its first and its last sample: in (0, 1]. */
export function shareOf(stretch: Stretch, at: number): number {
  const before = beginsBefore(stretch, at);
  const behind = endsBehind(stretch, at);
  if (!before && !behind) return 1;
  const firstMs = stretch.of.rollups.firstTimestampsMs[at]!;
  const lastMs = stretch.of.lastMs[at]!;
  const partMs = (behind ? stretch.endMs : lastMs) - (before ? stretch.openMs : firstMs);
  return partMs / (lastMs - firstMs);
}

/** How many samples the stretch has; of windows that it cuts their share. Whole numbers need no compensation. */
export function samplesOf(stretch: Stretch): number {
  const { of, from, to } = stretch;
  const { count } = of.rollups;
  let samples = 0;
  if (isCut(stretch)) for (let at = from; at < to; at++) samples += count[at]! * shareOf(stretch, at);
  else for (let at = from; at < to; at++) samples += count[at]!;
  return samples;
}
