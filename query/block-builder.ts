import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Block } from './block.ts';

// Many of the rows expected may turn out to be empty; more room is made when it is needed.
const CAPACITY_FIRST = 4_000_000;

/** A block whose number of rows is not known before. `block` is valid up to the rows added. */
export class BlockBuilder {
  readonly block: Block;

  constructor(steps: number, rowsExpected: number) {
    const capacity = Math.max(steps, Math.min(rowsExpected * steps, CAPACITY_FIRST));
    this.block = {
      steps,
      labels: [],
      dropName: [],
      values: new Float64Array(capacity),
      kinds: new Uint8Array(capacity),
      histograms: null,
    };
  }

  /** Adds an absent row and returns its number. */
  addRow(labels: Labels, dropName: boolean): number {
    const { block } = this;
    const row = block.labels.length;
    const needed = (row + 1) * block.steps;
    if (needed > block.values.length) this.#grow(Math.max(needed, block.values.length * 2));
    block.labels.push(labels);
    block.dropName.push(dropName);
    return row;
  }

  /** Takes the last row back; it must still be absent. */
  dropLastRow(): void {
    this.block.labels.pop();
    this.block.dropName.pop();
  }

  finish(): Block {
    const { block } = this;
    const size = block.labels.length * block.steps;
    return { ...block, values: block.values.subarray(0, size), kinds: block.kinds.subarray(0, size) };
  }

  #grow(capacity: number): void {
    const values = new Float64Array(capacity);
    values.set(this.block.values);
    const kinds = new Uint8Array(capacity);
    kinds.set(this.block.kinds);
    this.block.values = values;
    this.block.kinds = kinds;
  }
}
