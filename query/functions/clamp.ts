import { emptyBlock } from '../block.ts';
import { larger, smaller } from '../extremes.ts';
import { type CallFunction, scalarArgument, vectorArgument } from './call-function.ts';
import { mapFloats } from './elementwise.ts';
import { withoutSteps } from './without-steps.ts';

export const clamp: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const low = await scalarArgument(evaluation, call, 1);
  const high = await scalarArgument(evaluation, call, 2);
  if (low.every((bound, step) => high[step]! < bound))
    return { kind: 'vector', block: emptyBlock(block.steps) };
  const { budget } = evaluation;
  const between = (value: number, step: number): number => larger(low[step]!, smaller(high[step]!, value));
  const clamped = await mapFloats(block, between, budget);
  return { kind: 'vector', block: await withoutSteps(clamped, (step) => high[step]! < low[step]!, budget) };
};

export const clampMin: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const low = await scalarArgument(evaluation, call, 1);
  return {
    kind: 'vector',
    block: await mapFloats(block, (value, step) => larger(low[step]!, value), evaluation.budget),
  };
};

export const clampMax: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const high = await scalarArgument(evaluation, call, 1);
  return {
    kind: 'vector',
    block: await mapFloats(block, (value, step) => smaller(high[step]!, value), evaluation.budget),
  };
};
