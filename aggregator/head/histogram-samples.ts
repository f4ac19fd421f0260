import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { ACCEPTED, CONFLICTING, REPEATED } from './append-verdict.ts';
import type { SampleColumns } from './sample-columns.ts';

/** The native histograms of one series, sorted by offset. */
export class HistogramSamples {
  readonly #offsets: number[] = [];
  readonly #histograms: Histogram[] = [];

  /** -1 when there is none. */
  get newestOffset(): number {
    return this.#offsets.at(-1) ?? -1;
  }

  has(offset: number): boolean {
    return this.#offsets[this.#indexOf(offset)] === offset;
  }

  insert(offset: number, histogram: Histogram): number {
    const index = this.#indexOf(offset);
    if (this.#offsets[index] === offset) {
      return JSON.stringify(this.#histograms[index]) === JSON.stringify(histogram) ? REPEATED : CONFLICTING;
    }
    this.#offsets.splice(index, 0, offset);
    this.#histograms.splice(index, 0, histogram);
    return ACCEPTED;
  }

  columns(startMs: number): SampleColumns {
    return {
      timestampsMs: Float64Array.from(this.#offsets, (offset) => offset + startMs),
      values: new Float64Array(this.#offsets.length).fill(Number.NaN),
      histograms: this.#histograms,
    };
  }

  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
