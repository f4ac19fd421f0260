import type { Call } from '@tocsin/protocol/promql/expr.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import type { Block } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { Value } from '../value.ts';

/** A function that is not of one range vector: it evaluates its own arguments. */
export type CallFunction = (evaluation: Evaluation, call: Call) => Promise<Value>;

export async function vectorArgument(evaluation: Evaluation, call: Call, index: number): Promise<Block> {
  const value = await argument(evaluation, call, index);
  if (value.kind !== 'vector') throw wrongType(call, index, value);
  return value.block;
}

/** One number a step. */
export async function scalarArgument(
  evaluation: Evaluation,
  call: Call,
  index: number,
): Promise<Float64Array> {
  const value = await argument(evaluation, call, index);
  if (value.kind !== 'scalar') throw wrongType(call, index, value);
  return value.values;
}

export function stringArgument(call: Call, index: number): string {
  const given = call.args[index];
  const expr = given === undefined ? undefined : withoutParens(given);
  if (expr?.kind !== 'string')
    throw new QueryError('bad_data', `argument ${index + 1} of ${call.name} is not a string`);
  return expr.value;
}

function argument(evaluation: Evaluation, call: Call, index: number): Promise<Value> {
  const expr = call.args[index];
  if (expr === undefined)
    throw new QueryError('bad_data', `argument ${index + 1} of ${call.name} is missing`);
  return evaluation.evaluate(evaluation, expr);
}

function wrongType(call: Call, index: number, value: Value): QueryError {
  return new QueryError('bad_data', `argument ${index + 1} of ${call.name} cannot be a ${value.kind}`);
}
