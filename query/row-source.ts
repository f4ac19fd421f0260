import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { type Block, blockOf } from './block.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import { rowBytes } from './memory.ts';
import type { SeriesSource } from './storage.ts';

/**
 * An instant vector that is made row by row, when each is asked for. An aggregation over it needs one row in
 * memory at a time, not all; and each shard can aggregate its own rows.
 */
export interface RowSource {
  readonly labels: readonly Labels[];
  readonly dropName: readonly boolean[];
  /** By row, the storage's series it is made of, where each is made of one; absent otherwise. */
  readonly sources?: readonly SeriesSource[];
  /** Writes row `index` into row `row` of the block, which is absent before. Returns how many samples it has. */
  fill(index: number, block: Block, row: number): number;
}

/** All rows as a block; those without a sample are left out. */
export async function materialize(evaluation: Evaluation, source: RowSource): Promise<Block> {
  const { budget, steps } = evaluation;
  const builder = new BlockBuilder(steps.count, source.labels.length);
  for (let index = 0; index < source.labels.length; index++) {
    if (budget.due(steps.count)) await budget.pause();
    const row = builder.addRow(source.labels[index]!, source.dropName[index]!);
    if (source.fill(index, builder.block, row) > 0) budget.hold(steps.count, rowBytes(builder.block, row));
    else builder.dropLastRow();
  }
  return builder.finish();
}

/** Shows rows [from, to), those that have a sample, as row 0 of a block that is used again. Does not pause. */
export type VisitRows = (from: number, to: number) => void;

export function createVisitRows(
  steps: number,
  source: RowSource,
  visit: (row: Block, index: number) => void,
): VisitRows {
  const block = blockOf(steps, [[]], [false]);
  return (from, to) => {
    for (let index = from; index < to; index++) {
      block.kinds.fill(0);
      block.histograms = null;
      block.labels[0] = source.labels[index]!;
      if (source.fill(index, block, 0) > 0) visit(block, index);
    }
  };
}
