import { compareLabels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { ABSENT, type Block, HISTOGRAM, histogramAt, setFloat, setHistogram } from './block.ts';
import { takeRows } from './block-rows.ts';
import type { Budget } from './budget.ts';
import { textBytes } from './memory.ts';
import { QueryError } from './query-error.ts';

/**
 * Rows with equal labels become one, as long as no two have a sample at the same step: then the answer would
 * hold the same series twice, which is an error.
 */
export async function mergeEqualRows(block: Block, budget: Budget): Promise<Block> {
  if (await areDistinct(block, budget)) return block;
  const known = new Map<string, number>();
  const kept: number[] = [];
  let keyBytes = 0;
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(50)) await budget.pause();
    // A row that keeps its name is another series than one that will lose it.
    const key = `${block.dropName[row] ? '-' : '+'}${labelsKey(block.labels[row]!)}`;
    const target = known.get(key);
    if (target === undefined) {
      const bytes = textBytes(key);
      budget.holdBytes(bytes);
      keyBytes += bytes;
      known.set(key, row);
      kept.push(row);
      continue;
    }
    moveRow(block, row, target);
  }
  budget.release(0, keyBytes);
  return kept.length === block.labels.length ? block : await takeRows(block, kept, budget);
}

/** True when the rows are in the order of their labels, as most are, and so any equal ones would be neighbours. */
async function areDistinct({ labels, dropName }: Block, budget: Budget): Promise<boolean> {
  for (let row = 1; row < labels.length; row++) {
    if (budget.due(10)) await budget.pause();
    if (dropName[row] !== dropName[0] || compareLabels(labels[row - 1]!, labels[row]!) >= 0) return false;
  }
  return true;
}

function moveRow(block: Block, row: number, target: number): void {
  const { steps, kinds } = block;
  for (let step = 0; step < steps; step++) {
    const source = row * steps + step;
    if (kinds[source] === ABSENT) continue;
    const to = target * steps + step;
    if (kinds[to] !== ABSENT)
      throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
    if (kinds[source] === HISTOGRAM) setHistogram(block, to, histogramAt(block, source));
    else setFloat(block, to, block.values[source]!);
  }
}
