import type { Call } from '@tocsin/protocol/promql/expr.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import { materialize } from '../row-source.ts';
import type { Value } from '../value.ts';
import { openRangeCall } from './range-call.ts';
import { OTHER_FUNCTIONS, RANGE_FUNCTIONS } from './registry.ts';

/** Evaluates a function call. */
export async function evaluateCall(evaluation: Evaluation, call: Call): Promise<Value> {
  const ofRange = RANGE_FUNCTIONS.get(call.name);
  if (ofRange !== undefined) {
    return {
      kind: 'vector',
      block: await materialize(evaluation, await openRangeCall(evaluation, call, ofRange)),
    };
  }
  const other = OTHER_FUNCTIONS.get(call.name);
  if (other === undefined)
    throw new QueryError('bad_data', `unknown function with name ${JSON.stringify(call.name)}`);
  const around = { ...evaluation.around, function: call.name };
  return other({ ...evaluation, around, detectsResets: detectsResets(evaluation, call.name) }, call);
}

const OF_COUNTS: ReadonlySet<string> = new Set(['histogram_avg', 'histogram_count', 'histogram_sum']);
const OF_BUCKETS: ReadonlySet<string> = new Set([
  'histogram_fraction',
  'histogram_quantile',
  'histogram_quantiles',
]);

function detectsResets(evaluation: Evaluation, name: string): boolean {
  return OF_COUNTS.has(name) || (evaluation.detectsResets && !OF_BUCKETS.has(name));
}
