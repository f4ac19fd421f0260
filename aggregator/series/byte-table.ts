// Keys lie in blocks of this size, one after the other; a longer key gets a block of its own.
const BLOCK_BYTES = 1 << 18;
const FIRST_CAPACITY = 256;

/**
 * Byte strings numbered from 0 in order of arrival, found again by their bytes. Everything is in typed arrays: a Map
 * keyed by strings costs a string per look-up and, beyond the cache, twice the misses (bench/ has the figures).
 * Nothing is removed; the owner builds a new table instead.
 */
export class ByteTable {
  #size = 0;
  readonly #seed: number;
  #slots = new Uint32Array(FIRST_CAPACITY * 2); // number + 1, or 0
  #hashes = new Uint32Array(FIRST_CAPACITY);
  #starts = new Uint32Array(FIRST_CAPACITY); // offset in the block
  #lengths = new Uint32Array(FIRST_CAPACITY);
  #blockOf = new Uint32Array(FIRST_CAPACITY);
  #followers = new Uint32Array(FIRST_CAPACITY); // number + 1 of what was looked up after this one, or 0
  readonly #blocks: Uint8Array[] = [];
  readonly #views: DataView[] = [];
  #used = 0;
  #lastBytes: Uint8Array = new Uint8Array(0);
  #lastView = new DataView(this.#lastBytes.buffer);
  #previous = 0;

  /** `seed` keeps a sender from choosing keys that collide. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return (
      this.#slots.byteLength +
      this.#hashes.byteLength * 5 +
      this.#blocks.reduce((sum, b) => sum + b.length, 0)
    );
  }

  /** The number of `bytes[start..end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const view = this.#viewOf(bytes);
    const predicted = this.#predicted(bytes, view, start, end);
    if (predicted >= 0) return predicted;
    const found = this.#probe(this.#hash(bytes, view, start, end), bytes, view, start, end);
    if (found >= 0) this.#follow(found);
    return found;
  }

  /** The number of `bytes[start..end)`, given a new one when they are not known yet. The bytes are copied. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const view = this.#viewOf(bytes);
    const predicted = this.#predicted(bytes, view, start, end);
    if (predicted >= 0) return predicted;
    const hash = this.#hash(bytes, view, start, end);
    const found = this.#probe(hash, bytes, view, start, end);
    const number = found >= 0 ? found : this.#insert(hash, bytes, start, end);
    this.#follow(number);
    return number;
  }

  /** A view of the key, valid as long as the table. */
  keyOf(number: number): Uint8Array {
    const start = this.#starts[number]!;
    return this.#blocks[this.#blockOf[number]!]!.subarray(start, start + this.#lengths[number]!);
  }

  /** What followed last time, if it does again: senders repeat their series in the same order, and series their labels. Else -1. */
  #predicted(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const predicted = this.#followers[this.#previous]! - 1;
    if (predicted < 0 || !this.#equals(predicted, bytes, view, start, end)) return -1;
    this.#previous = predicted;
    return predicted;
  }

  #follow(number: number): void {
    if (this.#size > this.#previous) this.#followers[this.#previous] = number + 1;
    this.#previous = number;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#lastBytes) {
      this.#lastBytes = bytes;
      this.#lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#lastView;
  }

  #hash(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    let hash = this.#seed ^ (end - start);
    let i = start;
    for (; i + 4 <= end; i += 4) {
      hash = Math.imul(hash ^ view.getUint32(i, true), 0x9e3779b1);
      hash = (hash << 13) | (hash >>> 19);
    }
    for (; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x85ebca6b);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x7feb352d);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #probe(hash: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]! - 1;
      if (number < 0) return -1;
      if (this.#hashes[number] === hash && this.#equals(number, bytes, view, start, end)) return number;
    }
  }

  #equals(number: number, bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const length = end - start;
    if (this.#lengths[number] !== length) return false;
    const block = this.#blockOf[number]!;
    const stored = this.#views[block]!;
    const offset = this.#starts[number]!;
    let i = 0;
    for (; i + 16 <= length; i += 16) {
      const [a, b] = [offset + i, start + i];
      if (
        stored.getBigUint64(a, true) !== view.getBigUint64(b, true) ||
        stored.getBigUint64(a + 8, true) !== view.getBigUint64(b + 8, true)
      )
        return false;
    }
    for (; i + 4 <= length; i += 4) {
      if (stored.getUint32(offset + i, true) !== view.getUint32(start + i, true)) return false;
    }
    const storedBytes = this.#blocks[block]!;
    for (; i < length; i++) if (storedBytes[offset + i] !== bytes[start + i]) return false;
    return true;
  }

  #insert(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const number = this.#size++;
    if (number === this.#hashes.length) this.#growEntries();
    if (this.#size * 2 > this.#slots.length) this.#growSlots();
    const length = end - start;
    let block = this.#blocks.at(-1);
    if (!block || this.#used + length > block.length) {
      // The first block is small, so that an idle store stays so.
      const size = this.#blocks.length === 0 ? BLOCK_BYTES / 16 : BLOCK_BYTES;
      block = new Uint8Array(Math.max(size, length));
      this.#blocks.push(block);
      this.#views.push(new DataView(block.buffer));
      this.#used = 0;
    }
    block.set(bytes.subarray(start, end), this.#used);
    this.#hashes[number] = hash;
    this.#starts[number] = this.#used;
    this.#lengths[number] = length;
    this.#blockOf[number] = this.#blocks.length - 1;
    this.#used += length;
    this.#place(number, hash);
    return number;
  }

  #place(number: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#size - 1; number++) this.#place(number, this.#hashes[number]!);
  }

  #growEntries(): void {
    this.#hashes = doubled(this.#hashes);
    this.#starts = doubled(this.#starts);
    this.#lengths = doubled(this.#lengths);
    this.#blockOf = doubled(this.#blockOf);
    this.#followers = doubled(this.#followers);
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
