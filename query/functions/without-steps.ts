import { ABSENT, type Block } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';

import type { Budget } from '../budget.ts';

/** Removes the samples of all rows at the steps `isGone` names. */
export async function withoutSteps(
  block: Block,
  isGone: (step: number) => boolean,
  budget: Budget,
): Promise<Block> {
  let any = false;
  for (let step = 0; step < block.steps; step++) {
    if (!isGone(step)) continue;
    any = true;
    if (budget.due(block.labels.length)) await budget.pause();
    for (let i = step; i < block.kinds.length; i += block.steps) block.kinds[i] = ABSENT;
  }
  return any ? await withoutEmptyRows(block, budget) : block;
}
