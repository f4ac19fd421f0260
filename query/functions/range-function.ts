import type { Position } from '@tocsin/protocol/promql/position.ts';
import type { Block } from '../block.ts';
import type { Notes } from '../notes.ts';
import type { RolledFunction } from '../rolled/rolled-function.ts';
import type { RangeSeries, Windows } from '../selectors/range-series.ts';

/** What a range function knows besides the series. */
export interface RangeContext {
  readonly notes: Notes;
  /** The place of the call's first argument, which is not always the range vector. */
  readonly position: Position;
  /** Scalar arguments, one number a step. */
  readonly scalars: readonly Float64Array[];
  /** The times the query is evaluated at (not shifted by offset or `@`). */
  readonly evaluationTime: (step: number) => number;
  readonly extension: 'anchored' | 'smoothed' | null;
  readonly lookbackMs: number;
}

/** Writes the samples of all windows from element `base` on, and returns how many there are. */
export type FillFloats = (series: RangeSeries, block: Block, base: number) => number;

/** A function of a range vector: every window of a series to one sample. */
export interface RangeFunction {
  /** Windows with fewer floats give nothing. */
  readonly samplesMin: number;
  /** Whether the scalars can be worked with; asked of windows that hold any sample. Throws when not. */
  readonly check?: (step: number, context: RangeContext) => void;
  /** The value of a window that holds floats [start, end) of `series.values`. */
  float(series: RangeSeries, start: number, end: number, step: number, context: RangeContext): number;
  /** Makes what does all windows of a series without histograms at once, where that is faster; once a query. */
  readonly fillFloats?: (windows: Windows) => FillFloats;
  /**
   * Windows that hold histograms, and all windows of extended selectors. Absent: histograms are ignored, with
   * an info where floats are left.
   */
  readonly mixed?: (
    series: RangeSeries,
    step: number,
    block: Block,
    element: number,
    context: RangeContext,
  ) => void;
  /** Windows of floats of which some say when their counter began; absent where that does not matter. */
  readonly withStarts?: (
    series: RangeSeries,
    step: number,
    block: Block,
    element: number,
    context: RangeContext,
  ) => void;
  /** The same of roll-ups in the place of samples; absent where they do not tell. */
  readonly rolled?: RolledFunction;
  /** `last_over_time` and `first_over_time` give a sample as it is, so its name stays. */
  readonly keepsName?: boolean;
}
