import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, blockOf, FLOAT } from '../block.ts';
import { evaluateSelector } from '../selectors/instant.ts';
import { stepTime } from '../steps.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';

/** The timestamp of a selector's samples; of anything else, the evaluation time. */
export const timestamp: CallFunction = async (evaluation, call) => {
  let arg: Expr = call.args[0]!;
  while (arg.kind === 'paren') arg = arg.operand;
  if (arg.kind === 'selector') {
    const block = await evaluateSelector(evaluation, arg, 'timestamp');
    block.dropName.fill(true);
    return { kind: 'vector', block };
  }
  const block = await vectorArgument(evaluation, call, 0);
  for (let i = 0; i < block.kinds.length; i++) {
    if (block.kinds[i] === ABSENT) continue;
    block.values[i] = stepTime(evaluation.steps, i % block.steps) / 1000;
    block.kinds[i] = FLOAT;
  }
  block.histograms = null;
  block.dropName.fill(true);
  return { kind: 'vector', block };
};

/** When the counters of a selector's samples began, 0 where that is not known; nothing of anything else. */
export const startTimestamp: CallFunction = async (evaluation, call) => {
  let arg: Expr = call.args[0]!;
  while (arg.kind === 'paren') arg = arg.operand;
  if (arg.kind !== 'selector') {
    await vectorArgument(evaluation, call, 0);
    return { kind: 'vector', block: blockOf(evaluation.steps.count, [], []) };
  }
  const block = await evaluateSelector(evaluation, arg, 'start');
  block.dropName.fill(true);
  return { kind: 'vector', block };
};
