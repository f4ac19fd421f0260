import type { Call } from '@tocsin/protocol/promql/expr.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { Value } from '../value.ts';
import { evaluateRangeCall } from './range-call.ts';
import { OTHER_FUNCTIONS, RANGE_FUNCTIONS } from './registry.ts';

/** Evaluates a function call. */
export async function evaluateCall(evaluation: Evaluation, call: Call): Promise<Value> {
  const ofRange = RANGE_FUNCTIONS.get(call.name);
  if (ofRange !== undefined)
    return { kind: 'vector', block: await evaluateRangeCall(evaluation, call, ofRange) };
  const other = OTHER_FUNCTIONS.get(call.name);
  if (other === undefined)
    throw new QueryError('bad_data', `unknown function with name ${JSON.stringify(call.name)}`);
  return other({ ...evaluation, around: { ...evaluation.around, function: call.name } }, call);
}
