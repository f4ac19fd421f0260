import { ABSENT, type Block, withoutEmptyRows } from '../block.ts';

/** Removes the samples of all rows at the steps `isGone` names. */
export function withoutSteps(block: Block, isGone: (step: number) => boolean): Block {
  let any = false;
  for (let step = 0; step < block.steps; step++) {
    if (!isGone(step)) continue;
    any = true;
    for (let i = step; i < block.kinds.length; i += block.steps) block.kinds[i] = ABSENT;
  }
  return any ? withoutEmptyRows(block) : block;
}
