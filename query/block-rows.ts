import { type Block, blockOf, copyRow, HISTOGRAM, histogramAt, isRowEmpty, setHistogram } from './block.ts';
import type { Budget } from './budget.ts';
import { inTurns } from './in-turns.ts';

/** The rows `order` names, in that order; rows may repeat or be left out. */
export async function takeRows(block: Block, order: readonly number[], budget: Budget): Promise<Block> {
  const { steps } = block;
  const labels = new Array(order.length);
  const dropName: boolean[] = new Array(order.length).fill(false);
  const result = blockOf(steps, labels, dropName);
  await inTurns(order.length, steps + 4, budget, (from, to) => {
    for (let target = from; target < to; target++) {
      const row = order[target]!;
      labels[target] = block.labels[row]!;
      dropName[target] = block.dropName[row]!;
      copyRow(block, row, result, target);
    }
  });
  return result;
}

/** Drops the rows without a sample. */
export async function withoutEmptyRows(block: Block, budget: Budget): Promise<Block> {
  const kept: number[] = [];
  await inTurns(block.labels.length, block.steps, budget, (from, to) => {
    for (let row = from; row < to; row++) if (!isRowEmpty(block, row)) kept.push(row);
  });
  return kept.length === block.labels.length ? block : await takeRows(block, kept, budget);
}

/** One step's rows repeated at `steps` steps, for expressions that are the same at every step. */
export async function repeatSteps(block: Block, steps: number, budget: Budget): Promise<Block> {
  const result = blockOf(steps, block.labels, block.dropName);
  await inTurns(block.labels.length, steps, budget, (from, to) => {
    for (let row = from; row < to; row++) {
      result.values.fill(block.values[row]!, row * steps, (row + 1) * steps);
      result.kinds.fill(block.kinds[row]!, row * steps, (row + 1) * steps);
      if (block.kinds[row] !== HISTOGRAM) continue;
      for (let step = 0; step < steps; step++)
        setHistogram(result, row * steps + step, histogramAt(block, row));
    }
  });
  return result;
}
