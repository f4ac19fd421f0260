import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { takesParameter } from '@tocsin/protocol/promql/operators.ts';
import { type Block, blockOf } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { noteCollision, noteReconciled } from '../functions/histogram-notes.ts';
import type { Notes } from '../notes.ts';
import { QueryError } from '../query-error.ts';
import { addEqualRows, gatherRows } from '../shards/gather.ts';
import { isShardLocal, readsNothing } from '../shards/is-shard-local.ts';
import { accumulate } from './accumulate.ts';
import { countValues, valueLabel } from './count-values.ts';
import type { AnyAccumulator } from './create-accumulator.ts';
import { groupRows } from './groups.ts';
import { limit } from './limit.ts';
import { quantile } from './quantile.ts';
import { rank } from './rank.ts';
import { CountAccumulator } from './simple.ts';
import { SumAccumulator } from './sum.ts';

/** `sum by (job) (x)` and all the others. */
export async function evaluateAggregation(evaluation: Evaluation, expr: Aggregation): Promise<Block> {
  // Those without a parameter need no more than a few numbers for each group and step.
  if (!takesParameter(expr.operator)) {
    const { groups, accumulator } = await accumulate(evaluation, expr);
    const result = blockOf(evaluation.steps.count, groups.labels, groups.dropName);
    accumulator.finish(result);
    annotate(evaluation.notes, expr, accumulator);
    return await withoutEmptyRows(result, evaluation.budget);
  }
  // Before the operand, which may fail or be empty.
  if (expr.operator === 'count_values') await valueLabel(evaluation, expr);
  if (canBeReduced(evaluation, expr)) {
    // What a shard leaves out of its own rows would not be among those of all either.
    const block = await gatherRows(evaluation, expr);
    return expr.operator === 'count_values'
      ? await addEqualRows(block, evaluation.budget)
      : await choose(evaluation, expr, block);
  }
  const around = { function: expr.operator, grouping: expr.grouping, by: !expr.without };
  const value = await evaluation.evaluate({ ...evaluation, around }, expr.operand);
  if (value.kind !== 'vector') throw new QueryError('execution', `Cannot aggregate a ${value.kind}`);
  return expr.operator === 'count_values'
    ? await countValues(evaluation, expr, value.block)
    : await choose(evaluation, expr, value.block);
}

function canBeReduced({ storage }: Evaluation, { operator, operand, parameter }: Aggregation): boolean {
  return (
    operator !== 'quantile' &&
    storage.evaluate !== undefined &&
    isShardLocal(operand) &&
    parameter !== null &&
    readsNothing(parameter)
  );
}

async function choose(evaluation: Evaluation, expr: Aggregation, block: Block): Promise<Block> {
  const groups = await groupRows(block, expr.grouping, expr.without, evaluation.budget);
  switch (expr.operator) {
    case 'topk':
    case 'bottomk':
      return await rank(evaluation, expr, block, groups);
    case 'limitk':
    case 'limit_ratio':
      return await limit(evaluation, expr, block, groups);
    default:
      return await quantile(evaluation, expr, block, groups);
  }
}

function annotate(notes: Notes, expr: Aggregation, accumulator: AnyAccumulator): void {
  const { position } = expr.operand;
  if (accumulator instanceof SumAccumulator) {
    if (accumulator.mixed) notes.warn('encountered a mix of histograms and floats for aggregation', position);
    const { histograms } = accumulator;
    for (const metric of histograms.incompatible) {
      notes.warn(
        `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${JSON.stringify(metric)}`,
        position,
      );
    }
    if (histograms.hasCollision) noteCollision('aggregation', { notes, position });
    if (histograms.hasReconciled) noteReconciled('aggregation', { notes, position });
  } else if (!(accumulator instanceof CountAccumulator) && accumulator.state.ignoredHistograms) {
    notes.info(`ignored histogram in ${expr.operator} aggregation`, position);
  }
}
