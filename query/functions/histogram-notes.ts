import type { RangeSeries } from '../selectors/range-series.ts';
import { quotedName } from './metric-name.ts';
import type { RangeContext } from './range-function.ts';

type Named = Pick<RangeSeries, 'labels'>;
/** Who takes notes, and what of the query they are about. */
export type Noted = Pick<RangeContext, 'notes' | 'position'>;

export function noteMixedSamples(series: Named, { notes, position }: Noted): void {
  notes.warn(`encountered a mix of histograms and floats for metric name ${quotedName(series)}`, position);
}

export function noteMixedSchemas(series: Named, { notes, position }: Noted): void {
  notes.warn(
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quotedName(series)}`,
    position,
  );
}

export function noteNotCounter(series: Named, { notes, position }: Noted): void {
  notes.warn(`this native histogram metric is not a counter: ${quotedName(series)}`, position);
}

export function noteNotGauge(series: Named, { notes, position }: Noted): void {
  notes.warn(`this native histogram metric is not a gauge: ${quotedName(series)}`, position);
}

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

export function noteReconciled(operation: HistogramOperation, { notes, position }: Noted): void {
  notes.info(`mismatched custom buckets were reconciled during ${operation}`, position);
}

export function noteCollision(operation: HistogramOperation, { notes, position }: Noted): void {
  notes.warn(`conflicting counter resets during histogram ${operation}`, position);
}

export function noteIgnored(series: Named, { notes, position }: Noted): void {
  notes.info(
    `ignored histograms in a range containing both floats and histograms for metric name ${quotedName(series)}`,
    position,
  );
}

export function noteOverlap(series: Named, { notes, position }: Noted): void {
  notes.warn(
    `sample has start time that overlaps with previous sample timestamp for metric ${quotedName(series)}`,
    position,
  );
}
