import type { Histogram } from '../histogram/histogram.ts';

/**
 * What windows hold of a series' samples, beside the last of each, which stands in the series' own columns. The windows follow
 * one another and do not overlap; a raw sample among them is a window of one sample. Columns that were not asked for are
 * empty.
 */
export interface Rollups {
  /** Milliseconds since the epoch of each window's first sample. */
  readonly firstTimestampsMs: Float64Array;
  readonly first: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /**
   * What a counter lost to resets within the window: the sum of the values just before each. The counter rose by last - first
   * + resets.
   */
  readonly resets: Float64Array;
  /** When the first sample's counter began; 0 where that is not known. Absent when it is known of none. */
  readonly firstStartsMs?: Float64Array;
  /** Of windows whose last sample is a native histogram; null elsewhere. Absent when there is none. */
  readonly histograms?: readonly (HistogramRollup | null)[];
}

/** A window of native histograms, all of one series. */
export interface HistogramRollup {
  readonly first: Histogram;
  readonly sum: Histogram;
  /** As the floats' `resets`; null without a reset. */
  readonly resets: Histogram | null;
}

/** The columns of floats that may be asked for; `last` is the series' own values. */
export const ROLLUP_COLUMNS = [
  'last',
  'firstTimestampsMs',
  'first',
  'count',
  'sum',
  'min',
  'max',
  'resets',
] as const;
export type RollupColumn = (typeof ROLLUP_COLUMNS)[number];
