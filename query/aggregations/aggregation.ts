import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { takesParameter } from '@tocsin/protocol/promql/operators.ts';
import { type Block, blockOf, withoutEmptyRows } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { noteCollision, noteReconciled } from '../functions/histogram-notes.ts';
import type { Notes } from '../notes.ts';
import { openRows } from '../open-rows.ts';
import { QueryError } from '../query-error.ts';
import { type RowSource, visitRows } from '../row-source.ts';
import { countValues } from './count-values.ts';
import { groupRows } from './groups.ts';
import { limit } from './limit.ts';
import { quantile } from './quantile.ts';
import { rank } from './rank.ts';
import { CountAccumulator, ExtremeAccumulator, VarianceAccumulator } from './simple.ts';
import { SumAccumulator } from './sum.ts';

/** `sum by (job) (x)` and all the others. */
export async function evaluateAggregation(evaluation: Evaluation, expr: Aggregation): Promise<Block> {
  const around = { function: expr.operator, grouping: expr.grouping, by: !expr.without };
  const inner: Evaluation = { ...evaluation, around };
  if (isAccumulated(expr)) {
    const rows = await openRows({ ...inner, anyOrder: true }, expr.operand);
    if (rows !== null) return accumulate(evaluation, expr, rows);
  }
  const value = await evaluation.evaluate(inner, expr.operand);
  if (value.kind !== 'vector') throw new QueryError('execution', `Cannot aggregate a ${value.kind}`);
  const { block } = value;
  if (isAccumulated(expr)) return accumulate(evaluation, expr, block);
  const groups = await groupRows(block, expr.grouping, expr.without, evaluation.budget);
  switch (expr.operator) {
    case 'count_values':
      return countValues(evaluation, expr, block);
    case 'topk':
    case 'bottomk':
      return rank(evaluation, expr, block, groups);
    case 'limitk':
    case 'limit_ratio':
      return limit(evaluation, expr, block, groups);
    default:
      return quantile(evaluation, expr, block, groups);
  }
}

/** True for those that need no more than a few numbers for each group and step. */
function isAccumulated({ operator }: Aggregation): boolean {
  return !takesParameter(operator);
}

async function accumulate(
  evaluation: Evaluation,
  expr: Aggregation,
  input: Block | RowSource,
): Promise<Block> {
  const { budget, steps } = evaluation;
  const groups = await groupRows(input, expr.grouping, expr.without, budget);
  budget.hold(groups.count * steps.count);
  const accumulator = createAccumulator(expr, groups.count, steps.count);
  if ('fill' in input) {
    await visitRows(evaluation, input, (row, index) => accumulator.add(row, 0, groups.ofRow[index]!));
  } else {
    for (let row = 0; row < input.labels.length; row++) {
      if (budget.due(steps.count)) await budget.pause();
      accumulator.add(input, row, groups.ofRow[row]!);
    }
    budget.release(input.values.length);
  }
  const result = blockOf(steps.count, groups.labels, groups.dropName);
  accumulator.finish(result);
  annotate(evaluation.notes, expr, accumulator);
  return withoutEmptyRows(result);
}

function annotate(notes: Notes, expr: Aggregation, accumulator: ReturnType<typeof createAccumulator>): void {
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
