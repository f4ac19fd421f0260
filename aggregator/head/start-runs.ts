/**
 * When the counter of a series began, from which of its samples on: few runs of a cumulative counter, one for each sample of
 * a delta. Offsets are whole milliseconds since the range's start; a start is milliseconds since the epoch, 0 when not known.
 */
export class StartRuns {
  #offsets = new Float64Array(4);
  #startsMs = new Float64Array(4);
  #length = 0;
  /** Of all samples so far, whatever they said. */
  #newestOffset: number;

  constructor(newestOffset: number) {
    this.#newestOffset = newestOffset;
  }

  get heldBytes(): number {
    return this.#offsets.byteLength + this.#startsMs.byteLength;
  }

  /** What the sample at the offset says; those before and behind keep what they say. */
  set(offset: number, startMs: number): void {
    const isNewest = offset > this.#newestOffset;
    if (isNewest) this.#newestOffset = offset;
    const run = this.#runAt(offset);
    const before = run < 0 ? 0 : this.#startsMs[run]!;
    if (before === startMs) return;
    if (run >= 0 && this.#offsets[run] === offset) this.#startsMs[run] = startMs;
    else this.#insert(run + 1, offset, startMs);
    if (isNewest) return;
    // The samples behind are told apart by the millisecond.
    const next = this.#runAt(offset) + 1;
    if (this.#offsets[next] !== offset + 1) this.#insert(next, offset + 1, before);
  }

  /** The starts of samples at these times, in a range that begins at `rangeStartMs`. */
  columnFor(timestampsMs: Float64Array, rangeStartMs: number): Float64Array {
    const column = new Float64Array(timestampsMs.length);
    let run = -1;
    for (let i = 0; i < column.length; i++) {
      const offset = timestampsMs[i]! - rangeStartMs;
      while (run + 1 < this.#length && this.#offsets[run + 1]! <= offset) run++;
      column[i] = run < 0 ? 0 : this.#startsMs[run]!;
    }
    return column;
  }

  /** The last run that begins at the offset or before, or -1. */
  #runAt(offset: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #insert(at: number, offset: number, startMs: number): void {
    if (this.#length === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets);
      this.#startsMs = doubled(this.#startsMs);
    }
    this.#offsets.copyWithin(at + 1, at, this.#length);
    this.#startsMs.copyWithin(at + 1, at, this.#length);
    this.#offsets[at] = offset;
    this.#startsMs[at] = startMs;
    this.#length++;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
