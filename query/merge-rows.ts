import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { ABSENT, type Block, HISTOGRAM, histogramAt, setFloat, setHistogram } from './block.ts';
import { takeRows } from './block-rows.ts';
import type { Budget } from './budget.ts';
import { QueryError } from './query-error.ts';

/**
 * Rows with equal labels become one, as long as no two have a sample at the same step: then the answer would
 * hold the same series twice, which is an error.
 */
export async function mergeEqualRows(block: Block, budget: Budget): Promise<Block> {
  const known = new Map<string, number>();
  const kept: number[] = [];
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(50)) await budget.pause();
    // A row that keeps its name is another series than one that will lose it.
    const key = `${block.dropName[row] ? '-' : '+'}${labelsKey(block.labels[row]!)}`;
    const target = known.get(key);
    if (target === undefined) {
      known.set(key, row);
      kept.push(row);
      continue;
    }
    moveRow(block, row, target);
  }
  return kept.length === block.labels.length ? block : await takeRows(block, kept, budget);
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
