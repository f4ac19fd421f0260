// Elements of one block: 24 KiB of offsets and values, so that a range with a few late samples costs little.
const BLOCK_ELEMENTS = 2_048;

/**
 * Places for a fixed number of samples each, given out and taken back by number: what an open chunk grows through
 * without an allocation per series. `size` is a power of two.
 */
export class SlabPool {
  readonly size: number;
  readonly offsets: Uint32Array[] = [];
  readonly values: Float64Array[] = [];
  readonly #slabsShift: number;
  readonly #slabsMask: number;
  readonly #sizeShift: number;
  #made = 0;
  #free = 0; // slab + 1; the next free one stands in its first offset

  constructor(size: number) {
    this.size = size;
    this.#sizeShift = 31 - Math.clz32(size);
    this.#slabsShift = 31 - Math.clz32(BLOCK_ELEMENTS / size);
    this.#slabsMask = BLOCK_ELEMENTS / size - 1;
  }

  get heldBytes(): number {
    return this.offsets.length * BLOCK_ELEMENTS * 12;
  }

  take(): number {
    if (this.#free > 0) {
      const slab = this.#free - 1;
      this.#free = this.offsets[this.blockOf(slab)]![this.startOf(slab)]!;
      return slab;
    }
    const slab = this.#made++;
    if (this.blockOf(slab) === this.offsets.length) {
      this.offsets.push(new Uint32Array(BLOCK_ELEMENTS));
      this.values.push(new Float64Array(BLOCK_ELEMENTS));
    }
    return slab;
  }

  giveBack(slab: number): void {
    this.offsets[this.blockOf(slab)]![this.startOf(slab)] = this.#free;
    this.#free = slab + 1;
  }

  blockOf(slab: number): number {
    return slab >>> this.#slabsShift;
  }

  /** Index of the slab's first element in its block. */
  startOf(slab: number): number {
    return (slab & this.#slabsMask) << this.#sizeShift;
  }
}
