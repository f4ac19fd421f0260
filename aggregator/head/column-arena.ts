import { OrderedTimes } from './ordered-times.ts';

// Half a megabyte: large enough that a query over thousands of series makes few buffers, small enough to be let go of.
const ARENA_ELEMENTS = 65_536;
// One that is used again grows to what a series takes: 8 MiB hold a year of a tier's windows many times over.
const REUSED_ELEMENTS_MAX = 2 ** 20;

const NOTHING = new Float64Array(0);

/**
 * Gives out columns as views of larger buffers: a query over ten thousand series would otherwise make twenty thousand
 * buffers, which costs more than decoding what goes into them.
 */
export class ColumnArena {
  #buffer: Float64Array = NOTHING;
  #used = 0;
  /** Given out since the last `reuse`. */
  #taken = 0;
  #isReused = false;
  #times: Float64Array = NOTHING;
  /** Of the series read last. */
  readonly ordered = new OrderedTimes();

  /** What was given out before may be given out again. */
  reuse(): void {
    const needed = Math.min(this.#taken, REUSED_ELEMENTS_MAX);
    if (needed > this.#buffer.length) this.#buffer = new Float64Array(needed);
    this.#used = 0;
    this.#taken = 0;
    this.#isReused = true;
  }

  /** Elements that are kept for what is taken after the next `reuse`. */
  get heldElements(): number {
    return this.#buffer.length + this.#times.length;
  }

  /** A column that `take` does not give out again: it holds until the next call when the arena is reused, and for good otherwise. */
  takeTimes(length: number): Float64Array {
    if (!this.#isReused) return this.take(length);
    if (this.#times.length < length) this.#times = new Float64Array(length);
    return this.#times.subarray(0, length);
  }

  take(length: number): Float64Array {
    this.#taken += length;
    if (this.#used + length > this.#buffer.length) {
      if (length > ARENA_ELEMENTS / 4) return new Float64Array(length);
      // The first is as small as what is asked for: most queries want one series.
      this.#buffer = new Float64Array(this.#buffer.length === 0 ? Math.max(length, 1_024) : ARENA_ELEMENTS);
      this.#used = 0;
    }
    this.#used += length;
    return this.#buffer.subarray(this.#used - length, this.#used);
  }
}
