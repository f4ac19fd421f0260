import type { ArithmeticOperator, Binary, ComparisonOperator } from '@tocsin/protocol/promql/expr.ts';
import { isComparison, isTrim } from '@tocsin/protocol/promql/operators.ts';
import { ABSENT, type Block, FLOAT, histogramAt, setFloat, setHistogram } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { inTurns } from '../in-turns.ts';
import { ARITHMETIC, COMPARISON } from './arithmetic.ts';
import { elementOperation, type Sample } from './element.ts';

/** A vector and a scalar, in place; `swapped`: the scalar stands on the left. */
export async function vectorScalar(
  evaluation: Evaluation,
  expr: Binary,
  block: Block,
  scalars: Float64Array,
  swapped: boolean,
): Promise<Block> {
  const { operator } = expr;
  const { budget } = evaluation;
  const { steps } = block;
  const rows = block.labels.length;
  const comparison = isComparison(operator);
  const arithmetic = ARITHMETIC[operator as ArithmeticOperator];
  if (block.histograms !== null || (!comparison && arithmetic === undefined))
    await general(evaluation, expr, block, scalars, swapped);
  else if (comparison)
    await inTurns(rows, steps, budget, (from, to) =>
      compareFloats(block, from, to, scalars, COMPARISON[operator as ComparisonOperator], expr.bool, swapped),
    );
  else if (arithmetic !== undefined)
    await inTurns(rows, steps, budget, (from, to) =>
      mapFloats(block, from, to, scalars, arithmetic, swapped),
    );
  if (expr.bool || (!comparison && !isTrim(operator))) block.dropName.fill(true);
  return await withoutEmptyRows(block, budget);
}

function mapFloats(
  block: Block,
  from: number,
  to: number,
  scalars: Float64Array,
  operation: (a: number, b: number) => number,
  swapped: boolean,
): void {
  const { values, steps } = block;
  for (let row = from, i = from * steps; row < to; row++) {
    for (let step = 0; step < steps; step++, i++) {
      const scalar = scalars[step]!;
      values[i] = swapped ? operation(scalar, values[i]!) : operation(values[i]!, scalar);
    }
  }
}

function compareFloats(
  block: Block,
  from: number,
  to: number,
  scalars: Float64Array,
  holds: (a: number, b: number) => boolean,
  bool: boolean,
  swapped: boolean,
): void {
  const { values, kinds, steps } = block;
  for (let row = from, i = from * steps; row < to; row++) {
    for (let step = 0; step < steps; step++, i++) {
      const scalar = scalars[step]!;
      const kept = swapped ? holds(scalar, values[i]!) : holds(values[i]!, scalar);
      if (bool) values[i] = kept ? 1 : 0;
      else if (!kept) kinds[i] = ABSENT;
    }
  }
}

async function general(
  evaluation: Evaluation,
  expr: Binary,
  block: Block,
  scalars: Float64Array,
  swapped: boolean,
): Promise<void> {
  const operation = elementOperation({ ...expr, bool: expr.bool }, evaluation.notes);
  for (let i = 0; i < block.kinds.length; i++) {
    if (evaluation.budget.due(1)) await evaluation.budget.pause();
    if (block.kinds[i] === ABSENT) continue;
    const sample: Sample = block.kinds[i] === FLOAT ? block.values[i]! : histogramAt(block, i);
    const scalar = scalars[i % block.steps]!;
    const result = swapped ? operation(scalar, sample) : operation(sample, scalar);
    if (result === null) block.kinds[i] = ABSENT;
    // A comparison keeps the vector's sample, on whichever side it stands.
    else if (isComparison(expr.operator) && !expr.bool) continue;
    else if (typeof result === 'number') setFloat(block, i, result);
    else setHistogram(block, i, result);
  }
}
