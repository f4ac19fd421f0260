import type { Histogram } from '../histogram/histogram.ts';
import type { Labels } from '../labels/labels.ts';
import type { Rollups } from './rollups.ts';

/**
 * One series' samples in columns, oldest first, each timestamp once.
 * `timestampsMs[i]` is milliseconds since the epoch; `values[i]` the float sample, or NaN where
 * `histograms?.[i]` holds a native histogram instead. A stale marker is the NaN with the bits of
 * `STALE_NAN_HIGH/LOW` (see stale.ts) and is part of the columns.
 */
export interface SeriesColumns {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** Absent when the series holds floats only. Same length as the columns. */
  readonly histograms?: readonly (Histogram | null)[];
  /** When each sample's counter began, 0 where that is not known; absent when it is known of none. */
  readonly startsMs?: Float64Array;
  /** Present when the samples are the last ones of windows. */
  readonly rollups?: Rollups;
}
