import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { getLabel, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Position } from '@tocsin/protocol/promql/position.ts';
import { type Block, HISTOGRAM, histogramAt, setFloat } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import type { ClassicBucket, ClassicResult } from './classic.ts';
import { bucketsAt, forMetric, groupHistograms, type HistogramGroup } from './histogram-groups.ts';

/** How to get one number of a histogram at a step. */
export interface Estimator {
  classic(buckets: ClassicBucket[], step: number): ClassicResult;
  native(histogram: Histogram, step: number, metric: string): number;
}

const RAISED =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';

/** Applies an estimator to every classic and native histogram of a vector. */
export async function estimate(
  evaluation: Evaluation,
  block: Block,
  position: Position,
  estimator: Estimator,
  known: readonly HistogramGroup[] | null = null,
): Promise<Block> {
  const { notes, budget } = evaluation;
  const groups = known ?? (await groupHistograms(block, evaluation, position));
  const { steps } = block;
  const builder = new BlockBuilder(steps, groups.length);
  for (const group of groups) {
    if (budget.due(steps * (group.classic.length + 1))) await budget.pause();
    const metric = getLabel(group.labels, METRIC_NAME);
    const row = builder.addRow(group.labels, true);
    for (let step = 0; step < steps; step++) {
      const buckets = group.classic.length === 0 ? [] : bucketsAt(block, group, step);
      const native = group.native.find((candidate) => block.kinds[candidate * steps + step] === HISTOGRAM);
      if (native !== undefined && buckets.length > 0) {
        notes.warn(`vector contains a mix of classic and native histograms${forMetric(metric)}`, position);
      } else if (native !== undefined) {
        const value = estimator.native(histogramAt(block, native * steps + step), step, metric);
        setFloat(builder.block, row * steps + step, value);
      } else if (buckets.length > 0) {
        const { value, fallen } = estimator.classic(buckets, step);
        if (fallen !== null) {
          const { startMs, stepMs } = evaluation.steps;
          notes.raisedCounts(`${RAISED}${forMetric(metric)}`, position, fallen, startMs + step * stepMs);
        }
        setFloat(builder.block, row * steps + step, value);
      }
    }
  }
  return await withoutEmptyRows(builder.finish(), budget);
}
