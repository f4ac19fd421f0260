import { ABSENT, type Block, blockOf, FLOAT, setFloat } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { larger, smaller } from '../extremes.ts';
import { lastTime, stepTime } from '../steps.ts';
import { type CallFunction, scalarArgument, vectorArgument } from './call-function.ts';

function scalarOf(value: (evaluation: Evaluation, step: number) => number): CallFunction {
  return async (evaluation) => {
    const values = new Float64Array(evaluation.steps.count);
    for (let step = 0; step < values.length; step++) values[step] = value(evaluation, step);
    return { kind: 'scalar', values };
  };
}

function scalarOfTwo(combine: (a: number, b: number) => number): CallFunction {
  return async (evaluation, call) => {
    const left = await scalarArgument(evaluation, call, 0);
    const right = await scalarArgument(evaluation, call, 1);
    return { kind: 'scalar', values: left.map((value, step) => combine(value, right[step]!)) };
  };
}

/** A vector of one row without labels. */
export function constantVector(evaluation: Evaluation, value: (step: number) => number): Block {
  const block = blockOf(evaluation.steps.count, [[]], [false]);
  for (let step = 0; step < block.steps; step++) setFloat(block, step, value(step));
  return block;
}

/** The only float of a vector at each step, NaN when there are none or several. */
const scalar: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const values = new Float64Array(block.steps).fill(Number.NaN);
  const seen = new Int32Array(block.steps);
  for (let i = 0; i < block.kinds.length; i++) {
    if (block.kinds[i] === ABSENT || block.kinds[i] !== FLOAT) continue;
    const step = i % block.steps;
    seen[step]!++;
    values[step] = seen[step] === 1 ? block.values[i]! : Number.NaN;
  }
  return { kind: 'scalar', values };
};

const vector: CallFunction = async (evaluation, call) => {
  const values = await scalarArgument(evaluation, call, 0);
  return { kind: 'vector', block: constantVector(evaluation, (step) => values[step]!) };
};

/** Functions that give or take one number. */
export const scalars: Readonly<Record<string, CallFunction>> = {
  scalar,
  vector,
  time: scalarOf((evaluation, step) => stepTime(evaluation.steps, step) / 1000),
  pi: scalarOf(() => Math.PI),
  start: scalarOf(({ query }) => query.startMs / 1000),
  end: scalarOf(({ query }) => lastTime(query) / 1000),
  step: scalarOf(({ query }) => query.stepMs / 1000),
  range: scalarOf(({ query }) => (lastTime(query) - query.startMs) / 1000),
  min_of: scalarOfTwo(smaller),
  max_of: scalarOfTwo(larger),
};
