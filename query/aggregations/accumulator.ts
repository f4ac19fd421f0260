import type { Block } from '../block.ts';

/**
 * An aggregation that can be built up row by row and merged, so that each shard can aggregate its own rows and
 * only partial aggregates travel. An element is `group * steps + step`.
 */
export interface Accumulator<State = unknown> {
  /** All it holds, as a plain value: an accumulator made with it goes on from there. */
  readonly state: State;
  /** Adds a row of `block` to a group. */
  add(block: Block, row: number, group: number): void;
  /** Adds what another accumulator of the same kind held for its group `from`. */
  merge(other: State, from: number, group: number): void;
  /** Writes the result of all groups; elements nothing was added to stay absent. */
  finish(result: Block): void;
}
