import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Block } from '../block.ts';
import type { RangeContext } from '../functions/range-function.ts';
import type { RollupNeeds } from '../storage.ts';
import type { RolledHistograms, Stretch } from './rolled-series.ts';

/**
 * A range function worked out from roll-up windows. Where these end where the window of the query does it gives what it
 * gives of the samples; of a window that is cut it takes a share, or the nearest sample that is known.
 */
export interface RolledFunction {
  readonly needs: RollupNeeds;
  /** The value of a window without histograms, one roll-up at least; null when there is none. */
  float(stretch: Stretch, rangeMs: number): number | null;
  /** Windows with histograms, and floats perhaps. Absent: histograms are ignored, with an info where floats are left. */
  readonly mixed?: (
    floats: Stretch,
    histograms: Stretch<RolledHistograms>,
    target: RolledTarget,
    context: RangeContext,
  ) => void;
}

/** Where the result of one window goes. */
export interface RolledTarget {
  readonly block: Block;
  readonly element: number;
  readonly rangeMs: number;
  /** For annotations. */
  readonly series: { readonly labels: Labels };
}
