/** The data blocks of one partition that are in memory. */
export interface CachedBlocks {
  get(block: number): Uint8Array | undefined;
  /** Offers a block that was read and checked; the bytes are copied when they are kept. */
  offer(block: number, bytes: Uint8Array): void;
}

export const NO_CACHED_BLOCKS: CachedBlocks = { get: () => undefined, offer: () => undefined };

const BLOCKS_PER_PARTITION = 2 ** 22;
// How many blocks it remembers to have been offered once.
const OFFERED_MAX = 8_192;

/**
 * Data blocks that queries came back to, so that the next one need not read, copy and check them: a dashboard asks for the
 * same days again and again. A block is kept the second time it is offered, so that one pass over a year of raw samples
 * drives nothing out; the least recently used goes first.
 */
export class BlockCache {
  readonly #bytesMax: number;
  /** The least recently used first. */
  readonly #kept = new Map<number, Uint8Array>();
  readonly #offered = new Set<number>();
  #heldBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Those of a partition; `partition` is a number that no other one has or will have. */
  of(partition: number): CachedBlocks {
    const first = partition * BLOCKS_PER_PARTITION;
    return {
      get: (block) => this.#get(first + block),
      offer: (block, bytes) => {
        if (block < BLOCKS_PER_PARTITION) this.#offer(first + block, bytes);
      },
    };
  }

  #get(key: number): Uint8Array | undefined {
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
    }
    return known;
  }

  #offer(key: number, bytes: Uint8Array): void {
    if (this.#kept.has(key) || bytes.length > this.#bytesMax) return;
    if (!this.#offered.delete(key)) {
      this.#remember(key);
      return;
    }
    this.#kept.set(key, bytes.slice());
    this.#heldBytes += bytes.length;
    for (const [oldest, held] of this.#kept) {
      if (this.#heldBytes <= this.#bytesMax) break;
      this.#kept.delete(oldest);
      this.#heldBytes -= held.length;
    }
  }

  #remember(key: number): void {
    this.#offered.add(key);
    if (this.#offered.size <= OFFERED_MAX) return;
    for (const first of this.#offered) {
      this.#offered.delete(first);
      break;
    }
  }
}
