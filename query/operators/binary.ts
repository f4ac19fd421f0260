import type { ArithmeticOperator, Binary, ComparisonOperator, Expr } from '@tocsin/protocol/promql/expr.ts';
import { isComparison, isSetOperator, isTrim } from '@tocsin/protocol/promql/operators.ts';
import type { Block } from '../block.ts';
import { type Evaluation, NOTHING_AROUND } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { Value } from '../value.ts';
import { ARITHMETIC, COMPARISON } from './arithmetic.ts';
import { evaluateSet } from './set.ts';
import { matchVectors } from './vector-match.ts';
import { vectorScalar } from './vector-scalar.ts';

export async function evaluateBinary(evaluation: Evaluation, expr: Binary): Promise<Value> {
  // Trimming needs the buckets, so then hints are left as they are.
  const inner = isTrim(expr.operator) ? { ...evaluation, detectsResets: false } : evaluation;
  const left = await operand(inner, expr.left);
  const right = await operand(inner, expr.right);
  if (left.kind === 'scalar' && right.kind === 'scalar') return scalars(expr, left.values, right.values);
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return { kind: 'vector', block: await vectorScalar(evaluation, expr, right.block, left.values, true) };
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return { kind: 'vector', block: await vectorScalar(evaluation, expr, left.block, right.values, false) };
  }
  if (left.kind !== 'vector' || right.kind !== 'vector') {
    throw new QueryError('execution', 'binary expression must contain only scalar and instant vector types');
  }
  return { kind: 'vector', block: await vectors(evaluation, expr, left.block, right.block) };
}

function operand(evaluation: Evaluation, expr: Expr): Promise<Value> {
  return evaluation.evaluate({ ...evaluation, around: NOTHING_AROUND }, expr);
}

async function vectors(evaluation: Evaluation, expr: Binary, left: Block, right: Block): Promise<Block> {
  if (isSetOperator(expr.operator)) return evaluateSet(evaluation, expr, left, right);
  return matchVectors(evaluation, expr, left, right);
}

function scalars(expr: Binary, left: Float64Array, right: Float64Array): Value {
  const { operator } = expr;
  const compare = isComparison(operator) ? COMPARISON[operator as ComparisonOperator] : null;
  const arithmetic = ARITHMETIC[operator as ArithmeticOperator];
  const values = new Float64Array(left.length);
  for (let step = 0; step < values.length; step++) {
    const a = left[step]!;
    const b = right[step]!;
    if (compare !== null) values[step] = compare(a, b) ? 1 : 0;
    else if (arithmetic !== undefined) values[step] = arithmetic(a, b);
    else
      throw new QueryError(
        'execution',
        `operator ${JSON.stringify(operator)} not allowed for scalar operations`,
      );
  }
  return { kind: 'scalar', values };
}
