import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { decodeIntegers, encodeIntegers } from '../chunks/integer-column.ts';
import { decodeValues, encodeValues } from '../chunks/value-column.ts';
import type { SeriesLender } from '../lent/series-lender.ts';

const BLOCK_BYTES = 1 << 17;
// One chunk is compressed or read at a time, whichever range it belongs to.
const writer = new ByteWriter(1024);
const reader = new ByteReader(writer.bytes);

/** Series of one source have samples at the same times: keeps the newest, which the next chunk often has too. */
class SharedTimes {
  #offsets = new Float64Array(0);
  #count = 0;
  readonly #encoded = new ByteWriter(128);

  /** Writes what `encodeIntegers` does. */
  write(offsets: Float64Array, count: number): void {
    if (!this.#areNewest(offsets, count)) {
      if (this.#offsets.length < count) this.#offsets = new Float64Array(count * 2);
      for (let i = 0; i < count; i++) this.#offsets[i] = offsets[i]!;
      this.#count = count;
      this.#encoded.clear();
      encodeIntegers(this.#encoded, offsets, count);
    }
    writer.append(this.#encoded.peek());
  }

  #areNewest(offsets: Float64Array, count: number): boolean {
    if (this.#count !== count) return false;
    for (let i = 0; i < count; i++) if (this.#offsets[i] !== offsets[i]) return false;
    return true;
  }
}
const times = new SharedTimes();

/** The finished chunks of a range, each linked to the one before it of the same series. */
export class ChunkStore {
  readonly #blocks: Uint8Array[] = [];
  /** How much of each block before the last is used. */
  readonly #blockEnds: number[] = [];
  #used = BLOCK_BYTES;
  #count = 0;
  #block = new Uint32Array(64);
  #start = new Uint32Array(64);
  /** Of the values, from the chunk's start on. */
  #values = new Uint16Array(64);
  #previous = new Int32Array(64);
  #samples = new Uint16Array(64);
  #first = new Uint32Array(64);
  #last = new Uint32Array(64);

  get heldBytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.length, 0) + this.#block.length * 24;
  }

  /** Compresses samples into a chunk; `previous` is the series' chunk before, or -1. Returns the new one. */
  add(offsets: Float64Array, values: Float64Array, count: number, previous: number): number {
    writer.clear();
    times.write(offsets, count);
    const timesLength = writer.length;
    encodeValues(writer, values, 0, count);
    if (this.#used + writer.length > (this.#blocks.at(-1)?.length ?? 0)) {
      if (this.#blocks.length > 0) this.#blockEnds.push(this.#used);
      const size = this.#blocks.length === 0 ? BLOCK_BYTES / 16 : BLOCK_BYTES;
      this.#blocks.push(new Uint8Array(Math.max(size, writer.length)));
      this.#used = 0;
    }
    const chunk = this.#count++;
    if (chunk === this.#block.length) this.#grow();
    this.#blocks.at(-1)!.set(writer.peek(), this.#used);
    this.#block[chunk] = this.#blocks.length - 1;
    this.#start[chunk] = this.#used;
    this.#values[chunk] = timesLength;
    this.#previous[chunk] = previous;
    this.#samples[chunk] = count;
    this.#first[chunk] = offsets[0]!;
    this.#last[chunk] = offsets[count - 1]!;
    this.#used += writer.length;
    return chunk;
  }

  previousOf(chunk: number): number {
    return this.#previous[chunk]!;
  }

  samplesOf(chunk: number): number {
    return this.#samples[chunk]!;
  }

  firstOf(chunk: number): number {
    return this.#first[chunk]!;
  }

  lastOf(chunk: number): number {
    return this.#last[chunk]!;
  }

  /** Writes the chunk's offsets and values into the columns at `at`; without `offsets` the values only. */
  read(chunk: number, offsets: Float64Array | null, values: Float64Array, at: number): void {
    const count = this.#samples[chunk]!;
    const block = this.#blocks[this.#block[chunk]!]!;
    const start = this.#start[chunk]!;
    if (offsets !== null) decodeIntegers(reader.moveTo(block, start, block.length), offsets, at, count);
    decodeValues(reader.moveTo(block, start + this.#values[chunk]!, block.length), values, at, count);
  }

  /** Lends the chunk, whose offsets are relative to `baseMs`. */
  lend(chunk: number, baseMs: number, lender: SeriesLender): void {
    const block = this.#block[chunk]!;
    const start = this.#start[chunk]!;
    const isLastOfBlock = chunk + 1 === this.#count || this.#block[chunk + 1] !== block;
    const end = isLastOfBlock ? (this.#blockEnds[block] ?? this.#used) : this.#start[chunk + 1]!;
    lender.chunk(
      this.#blocks[block]!,
      start,
      start + this.#values[chunk]!,
      end,
      this.#samples[chunk]!,
      baseMs,
    );
  }

  /** True when the chunks surely have the same offsets: when they are stored in the same bytes. */
  haveSameOffsets(a: number, b: number): boolean {
    const length = this.#values[a]!;
    if (this.#samples[a] !== this.#samples[b] || this.#first[a] !== this.#first[b]) return false;
    if (length !== this.#values[b]) return false;
    const [aBlock, bBlock] = [this.#blocks[this.#block[a]!]!, this.#blocks[this.#block[b]!]!];
    const [aStart, bStart] = [this.#start[a]!, this.#start[b]!];
    for (let i = 0; i < length; i++) if (aBlock[aStart + i] !== bBlock[bStart + i]) return false;
    return true;
  }

  #grow(): void {
    const size = this.#block.length * 2;
    this.#block = copied(this.#block, new Uint32Array(size));
    this.#start = copied(this.#start, new Uint32Array(size));
    this.#values = copied(this.#values, new Uint16Array(size));
    this.#previous = copied(this.#previous, new Int32Array(size));
    this.#samples = copied(this.#samples, new Uint16Array(size));
    this.#first = copied(this.#first, new Uint32Array(size));
    this.#last = copied(this.#last, new Uint32Array(size));
  }
}

function copied<T extends Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  from: T,
  to: T,
): T {
  to.set(from);
  return to;
}
