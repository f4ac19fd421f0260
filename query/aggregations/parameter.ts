import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import type { Evaluation } from '../evaluation.ts';
import { larger, smaller } from '../extremes.ts';
import { QueryError } from '../query-error.ts';

/** The scalar parameter of an aggregation, one number a step. */
export async function scalarParameter(evaluation: Evaluation, expr: Aggregation): Promise<Float64Array> {
  const value = await evaluation.evaluate(evaluation, expr.parameter!);
  if (value.kind !== 'scalar')
    throw new QueryError('execution', `the parameter of ${expr.operator} is not a scalar`);
  return value.values;
}

/** The parameter of `topk`, `bottomk` and `limitk`: a number of series a step. */
export async function countParameter(evaluation: Evaluation, expr: Aggregation): Promise<Int32Array> {
  const values = await scalarParameter(evaluation, expr);
  const counts = new Int32Array(values.length);
  values.forEach((value, step) => {
    if (Number.isNaN(value)) throw new QueryError('execution', `Parameter value is NaN`);
    if (value <= -(2 ** 63))
      throw new QueryError('execution', `Scalar value ${formatGo(value)} underflows int64`);
    if (value >= 2 ** 63)
      throw new QueryError('execution', `Scalar value ${formatGo(value)} overflows int64`);
    counts[step] = Math.trunc(Math.min(2 ** 31 - 1, Math.max(0, value)));
  });
  return counts;
}

/** Of numbers a warning would name one by one: those outside of [low, high] that lie farthest, and NaN. */
export function outermost(values: Float64Array, low: number, high: number): number[] {
  const outside = values.filter((value) => !(value >= low && value <= high));
  const numbers = outside.filter((value) => !Number.isNaN(value));
  const [most, least] = [numbers.reduce(larger, high), numbers.reduce(smaller, low)];
  return [
    ...(numbers.length < outside.length ? [Number.NaN] : []),
    ...(most > high ? [most] : []),
    ...(least < low ? [least] : []),
  ];
}
