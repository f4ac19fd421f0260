import { ABSENT, type Block, FLOAT } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Budget } from '../budget.ts';
import { inTurns } from '../in-turns.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';

const sign = (v: number): number => (v < 0 ? -1 : v > 0 ? 1 : v);

/** Functions of one float, for `Math` alone or nearly so. */
const OPERATIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (v) => (v * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (v) => (v * Math.PI) / 180,
  sgn: sign,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

export const elementwise: ReadonlyMap<string, CallFunction> = new Map(
  Object.entries(OPERATIONS).map(([name, operation]) => [
    name,
    async (evaluation, call) => {
      const block = await vectorArgument(evaluation, call, 0);
      return { kind: 'vector', block: await mapFloats(block, operation, evaluation.budget) };
    },
  ]),
);

/** Applies an operation to every float in place and marks the name for removal; histograms go. */
export async function mapFloats(
  block: Block,
  operation: (value: number, step: number) => number,
  budget: Budget,
): Promise<Block> {
  const { values, kinds, steps } = block;
  let dropped = false;
  await inTurns(block.labels.length, steps, budget, (from, to) => {
    for (let row = from, i = from * steps; row < to; row++) {
      for (let step = 0; step < steps; step++, i++) {
        if (kinds[i] === FLOAT) values[i] = operation(values[i]!, step);
        else if (kinds[i] !== ABSENT) {
          kinds[i] = ABSENT;
          dropped = true;
        }
      }
    }
  });
  block.dropName.fill(true);
  return dropped ? await withoutEmptyRows(block, budget) : block;
}
