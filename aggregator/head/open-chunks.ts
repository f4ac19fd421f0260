import { SlabPool } from './slab-pool.ts';

/** Samples a chunk has at most while it is open. */
export const OPEN_SAMPLES_MAX = 64;

const FIRST_SAMPLES = 4;
const SLAB_SAMPLES = 16;
const SLAB_SHIFT = 4;
const SLABS_MAX = OPEN_SAMPLES_MAX / SLAB_SAMPLES;

/** The memory open chunks grow through; one for all ranges of a head, so that what one lets go of serves the next. */
export class OpenPools {
  readonly first = new SlabPool(FIRST_SAMPLES);
  readonly more = new SlabPool(SLAB_SAMPLES);

  get heldBytes(): number {
    return this.first.heldBytes + this.more.heldBytes;
  }
}

/**
 * The newest samples of each series of a range, uncompressed, by slot: four in a small slab, then up to four larger ones. A
 * class over typed arrays: it is written to once per sample.
 */
export class OpenChunks {
  readonly #pools: OpenPools;
  /** By slot, and place of the slab within its chunk. */
  #slabs = new Uint32Array(64 * SLABS_MAX);
  #count = new Uint8Array(64);

  constructor(pools: OpenPools) {
    this.#pools = pools;
  }

  get heldBytes(): number {
    return this.#slabs.byteLength + this.#count.byteLength;
  }

  /** Makes room for slots below `size`. */
  grow(size: number): void {
    const slabs = new Uint32Array(size * SLABS_MAX);
    slabs.set(this.#slabs);
    this.#slabs = slabs;
    const count = new Uint8Array(size);
    count.set(this.#count);
    this.#count = count;
  }

  countOf(slot: number): number {
    return this.#count[slot]!;
  }

  /** There must be fewer than OPEN_SAMPLES_MAX. */
  append(slot: number, offset: number, value: number): void {
    const count = this.#count[slot]!;
    if (count <= FIRST_SAMPLES) this.#makeRoom(slot, count);
    else if (count % SLAB_SAMPLES === 0)
      this.#slabs[slot * SLABS_MAX + (count >>> SLAB_SHIFT)] = this.#pools.more.take();
    const pool = count < FIRST_SAMPLES ? this.#pools.first : this.#pools.more;
    const slab = this.#slabs[slot * SLABS_MAX + (count >>> SLAB_SHIFT)]!;
    const block = pool.blockOf(slab);
    const at = pool.startOf(slab) + (count % SLAB_SAMPLES);
    pool.offsets[block]![at] = offset;
    pool.values[block]![at] = value;
    this.#count[slot] = count + 1;
  }

  /**
   * Appends a sample newer than the newest where a slab has room for it, which is nearly always; false, and nothing is
   * done, where not or when it is not newer.
   */
  appendNext(slot: number, offset: number, value: number): boolean {
    const count = this.#count[slot]!;
    const place = count % SLAB_SAMPLES;
    if (place === 0 || count <= FIRST_SAMPLES) return false;
    const { more } = this.#pools;
    const slab = this.#slabs[slot * SLABS_MAX + (count >>> SLAB_SHIFT)]!;
    const block = more.blockOf(slab);
    const offsets = more.offsets[block]!;
    const at = more.startOf(slab) + place;
    if (offset <= offsets[at - 1]!) return false;
    offsets[at] = offset;
    more.values[block]![at] = value;
    this.#count[slot] = count + 1;
    return true;
  }

  /** Copies the slot's samples to `at` and what follows; without `offsets` the values only. */
  read(slot: number, offsets: Float64Array | null, values: Float64Array, at: number): void {
    const count = this.#count[slot]!;
    const pool = count <= FIRST_SAMPLES ? this.#pools.first : this.#pools.more;
    for (let from = 0; from < count; from += SLAB_SAMPLES) {
      const slab = this.#slabs[slot * SLABS_MAX + (from >>> SLAB_SHIFT)]!;
      const storedOffsets = pool.offsets[pool.blockOf(slab)]!;
      const storedValues = pool.values[pool.blockOf(slab)]!;
      const start = pool.startOf(slab);
      const length = Math.min(SLAB_SAMPLES, count - from);
      for (let i = 0; i < length; i++) values[at + from + i] = storedValues[start + i]!;
      if (offsets !== null)
        for (let i = 0; i < length; i++) offsets[at + from + i] = storedOffsets[start + i]!;
    }
  }

  /** True when the slots have samples at the same offsets. */
  haveSameOffsets(a: number, b: number): boolean {
    const count = this.#count[a]!;
    if (count !== this.#count[b]) return false;
    const pool = count <= FIRST_SAMPLES ? this.#pools.first : this.#pools.more;
    for (let from = 0; from < count; from += SLAB_SAMPLES) {
      const aSlab = this.#slabs[a * SLABS_MAX + (from >>> SLAB_SHIFT)]!;
      const bSlab = this.#slabs[b * SLABS_MAX + (from >>> SLAB_SHIFT)]!;
      const [aOffsets, bOffsets] = [pool.offsets[pool.blockOf(aSlab)]!, pool.offsets[pool.blockOf(bSlab)]!];
      const [aStart, bStart] = [pool.startOf(aSlab), pool.startOf(bSlab)];
      const length = Math.min(SLAB_SAMPLES, count - from);
      for (let i = 0; i < length; i++) if (aOffsets[aStart + i] !== bOffsets[bStart + i]) return false;
    }
    return true;
  }

  /** Offset of the oldest sample; there must be one. */
  firstOffset(slot: number): number {
    const pool = this.#count[slot]! <= FIRST_SAMPLES ? this.#pools.first : this.#pools.more;
    const slab = this.#slabs[slot * SLABS_MAX]!;
    return pool.offsets[pool.blockOf(slab)]![pool.startOf(slab)]!;
  }

  /** Offset of the newest sample; there must be one. */
  lastOffset(slot: number): number {
    return this.#last(slot, 'offsets');
  }

  lastValue(slot: number): number {
    return this.#last(slot, 'values');
  }

  #last(slot: number, column: 'offsets' | 'values'): number {
    const last = this.#count[slot]! - 1;
    const pool = last < FIRST_SAMPLES ? this.#pools.first : this.#pools.more;
    const slab = this.#slabs[slot * SLABS_MAX + (last >>> SLAB_SHIFT)]!;
    return pool[column][pool.blockOf(slab)]![pool.startOf(slab) + (last % SLAB_SAMPLES)]!;
  }

  /** Forgets the slot's samples. */
  clear(slot: number): void {
    const count = this.#count[slot]!;
    if (count === 0) return;
    if (count <= FIRST_SAMPLES) this.#pools.first.giveBack(this.#slabs[slot * SLABS_MAX]!);
    else
      for (let from = 0; from < count; from += SLAB_SAMPLES)
        this.#pools.more.giveBack(this.#slabs[slot * SLABS_MAX + (from >>> SLAB_SHIFT)]!);
    this.#count[slot] = 0;
  }

  /** For the first samples: a small slab, which the fifth sample exchanges for a larger one. */
  #makeRoom(slot: number, count: number): void {
    const place = slot * SLABS_MAX;
    const { first, more } = this.#pools;
    if (count === 0) this.#slabs[place] = first.take();
    if (count < FIRST_SAMPLES) return;
    const small = this.#slabs[place]!;
    const large = more.take();
    const [from, to] = [first.startOf(small), more.startOf(large)];
    const [smallBlock, largeBlock] = [first.blockOf(small), more.blockOf(large)];
    for (let i = 0; i < FIRST_SAMPLES; i++) {
      more.offsets[largeBlock]![to + i] = first.offsets[smallBlock]![from + i]!;
      more.values[largeBlock]![to + i] = first.values[smallBlock]![from + i]!;
    }
    first.giveBack(small);
    this.#slabs[place] = large;
  }
}
