import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { RangeHead } from './range-head.ts';

/** A series' samples of one range: good as long as anybody keeps it, also when the range is sealed meanwhile. */
export interface Place {
  readonly range: RangeHead;
  readonly slot: number;
}

const NO_TIMES = new Float64Array(0);

/**
 * The timestamps of the series that was read last from memory: series that are scraped together have the same, which are decoded
 * once.
 */
export class OrderedTimes {
  #places: readonly Place[] = [];
  #minTimestampMs = 0;
  #maxTimestampMs = 0;
  #length = 0;
  /** Those within the bounds; the same array until others come. */
  kept: Float64Array = NO_TIMES;
  /** How many were before the first kept one. */
  from = 0;

  /** True when the samples in these places, `length` of them, have the same times. */
  areOf(places: readonly Place[], length: number, minTimestampMs: number, maxTimestampMs: number): boolean {
    // Samples that came meanwhile to the series before show in the length.
    if (length !== this.#length || places.length !== this.#places.length) return false;
    if (minTimestampMs !== this.#minTimestampMs || maxTimestampMs !== this.#maxTimestampMs) return false;
    for (let i = 0; i < places.length; i++) {
      const { range, slot } = places[i]!;
      const known = this.#places[i]!;
      if (known.range !== range || !range.haveSameTimes(known.slot, slot, minTimestampMs, maxTimestampMs))
        return false;
    }
    return true;
  }

  /** Knows of none any more, and holds nobody's samples. */
  clear(): void {
    this.#places = [];
    this.#length = 0;
    this.kept = NO_TIMES;
  }

  set(
    places: readonly Place[],
    timestampsMs: Float64Array,
    minTimestampMs: number,
    maxTimestampMs: number,
  ): void {
    this.#places = places;
    this.#length = timestampsMs.length;
    this.#minTimestampMs = minTimestampMs;
    this.#maxTimestampMs = maxTimestampMs;
    this.from = firstAfter(timestampsMs, minTimestampMs);
    this.kept = timestampsMs.subarray(this.from, firstAfter(timestampsMs, maxTimestampMs));
  }
}
