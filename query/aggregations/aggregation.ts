import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { type Block, blockOf, withoutEmptyRows } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { noteCollision, noteReconciled } from '../functions/histogram-notes.ts';
import { QueryError } from '../query-error.ts';
import { countValues } from './count-values.ts';
import { type Groups, groupRows } from './groups.ts';
import { limit } from './limit.ts';
import { quantile } from './quantile.ts';
import { rank } from './rank.ts';
import { CountAccumulator, ExtremeAccumulator, VarianceAccumulator } from './simple.ts';
import { SumAccumulator } from './sum.ts';

/** `sum by (job) (x)` and all the others. */
export async function evaluateAggregation(evaluation: Evaluation, expr: Aggregation): Promise<Block> {
  const around = { function: expr.operator, grouping: expr.grouping, by: !expr.without };
  const value = await evaluation.evaluate({ ...evaluation, around }, expr.operand);
  if (value.kind !== 'vector') throw new QueryError('execution', `Cannot aggregate a ${value.kind}`);
  const { block } = value;
  const groups = groupRows(block, expr.grouping, expr.without);
  switch (expr.operator) {
    case 'count_values':
      return countValues(evaluation, expr, block);
    case 'topk':
    case 'bottomk':
      return rank(evaluation, expr, block, groups);
    case 'limitk':
    case 'limit_ratio':
      return limit(evaluation, expr, block, groups);
    case 'quantile':
      return quantile(evaluation, expr, block, groups);
    default:
      return accumulate(evaluation, expr, block, groups);
  }
}

async function accumulate(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  groups: Groups,
): Promise<Block> {
  const { notes, budget } = evaluation;
  const accumulator = createAccumulator(expr, groups.count, block.steps);
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(block.steps)) await budget.pause();
    accumulator.add(block, row, groups.ofRow[row]!);
  }
  const result = blockOf(block.steps, groups.labels, groups.dropName);
  accumulator.finish(result);
  budget.release(block.values.length);
  budget.hold(result.values.length);
  const { position } = expr.operand;
  if (accumulator instanceof SumAccumulator) {
    if (accumulator.mixed) notes.warn('encountered a mix of histograms and floats for aggregation', position);
    const { histograms } = accumulator;
    if (histograms.hasIncompatible) {
      notes.warn(
        'vector contains a mix of histograms with exponential and custom buckets schemas for metric name ""',
        position,
      );
    }
    if (histograms.hasCollision) noteCollision('aggregation', { notes, position });
    if (histograms.hasReconciled) noteReconciled('aggregation', { notes, position });
  } else if (!(accumulator instanceof CountAccumulator) && accumulator.ignoredHistograms) {
    notes.info(`ignored histogram in ${expr.operator} aggregation`, position);
  }
  return withoutEmptyRows(result);
}

function createAccumulator(expr: Aggregation, groups: number, steps: number) {
  switch (expr.operator) {
    case 'sum':
    case 'avg':
      return new SumAccumulator(groups, steps, expr.operator === 'avg');
    case 'count':
    case 'group':
      return new CountAccumulator(groups, steps, expr.operator === 'group');
    case 'min':
    case 'max':
      return new ExtremeAccumulator(groups, steps, expr.operator === 'max');
    default:
      return new VarianceAccumulator(groups, steps, expr.operator === 'stddev');
  }
}
