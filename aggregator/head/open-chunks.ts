import { SlabPool } from './slab-pool.ts';

// A chunk grows through these sizes while it is open.
const SLAB_SIZES = [4, 16, 64] as const;
const LAST_CLASS = SLAB_SIZES.length - 1;

/**
 * The newest samples of each series of a range, uncompressed, by slot. A class over typed arrays: it is written to once
 * per sample.
 */
export class OpenChunks {
  readonly #pools = SLAB_SIZES.map((size) => new SlabPool(size));
  #slab = new Uint32Array(64);
  #class = new Uint8Array(64);
  #count = new Uint8Array(64);

  get heldBytes(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.heldBytes, 0) + this.#slab.length * 6;
  }

  /** Makes room for slots below `size`. */
  grow(size: number): void {
    const slab = new Uint32Array(size);
    slab.set(this.#slab);
    this.#slab = slab;
    const classes = new Uint8Array(size);
    classes.set(this.#class);
    this.#class = classes;
    const count = new Uint8Array(size);
    count.set(this.#count);
    this.#count = count;
  }

  countOf(slot: number): number {
    return this.#count[slot]!;
  }

  /** Gives a slot its first, smallest slab. */
  begin(slot: number): void {
    this.#class[slot] = 0;
    this.#slab[slot] = this.#pools[0]!.take();
  }

  isFull(slot: number): boolean {
    return this.#count[slot] === SLAB_SIZES[this.#class[slot]!]!;
  }

  /** The slot must have begun and not be full. */
  append(slot: number, offset: number, value: number): void {
    const pool = this.#pools[this.#class[slot]!]!;
    const slab = this.#slab[slot]!;
    const block = pool.blockOf(slab);
    const at = pool.startOf(slab) + this.#count[slot]!;
    pool.offsets[block]![at] = offset;
    pool.values[block]![at] = value;
    this.#count[slot]!++;
  }

  /** Moves a full slot to a larger slab; false when there is none, and its samples must be taken away. */
  enlarge(slot: number): boolean {
    const size = this.#class[slot]!;
    if (size === LAST_CLASS) return false;
    const { offsets, values, start, count } = this.samplesOf(slot);
    const larger = this.#pools[size + 1]!;
    const target = larger.take();
    const block = larger.blockOf(target);
    larger.offsets[block]!.set(offsets.subarray(start, start + count), larger.startOf(target));
    larger.values[block]!.set(values.subarray(start, start + count), larger.startOf(target));
    this.#pools[size]!.giveBack(this.#slab[slot]!);
    this.#slab[slot] = target;
    this.#class[slot] = size + 1;
    return true;
  }

  /** Forgets the slot's samples. A series that has filled one chunk will fill the next: it keeps its slab. */
  clear(slot: number): void {
    this.#count[slot] = 0;
  }

  /** Where the slot's samples lie: `count` of them from `start` on, in arrays shared with others. */
  samplesOf(slot: number): OpenSamples {
    const pool = this.#pools[this.#class[slot]!]!;
    const slab = this.#slab[slot]!;
    const block = pool.blockOf(slab);
    return {
      offsets: pool.offsets[block]!,
      values: pool.values[block]!,
      start: pool.startOf(slab),
      count: this.#count[slot]!,
    };
  }
}

export interface OpenSamples {
  readonly offsets: Uint32Array;
  readonly values: Float64Array;
  readonly start: number;
  readonly count: number;
}
