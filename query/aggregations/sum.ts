import { scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { ABSENT, type Block, FLOAT, histogramAt, setFloat, setHistogram } from '../block.ts';
import { AVERAGE_SCALE } from '../functions/histograms-over-time.ts';
import type { Accumulator } from './accumulator.ts';
import { HistogramSums } from './histogram-sums.ts';

/** `sum` and `avg`, compensated (Neumaier), of floats and of histograms. */
export class SumAccumulator implements Accumulator<SumAccumulator> {
  readonly #steps: number;
  readonly #average: boolean;
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;
  readonly #counts: Float64Array;
  /** Running means, only kept from when a sum would overflow. */
  #means: Float64Array | null = null;
  readonly histograms = new HistogramSums();
  /** True when floats and histograms met in an element, which gives no result. */
  mixed = false;

  constructor(groups: number, steps: number, average: boolean) {
    this.#steps = steps;
    this.#average = average;
    this.#sums = new Float64Array(groups * steps);
    this.#lost = new Float64Array(groups * steps);
    this.#counts = new Float64Array(groups * steps);
  }

  add(block: Block, row: number, group: number): void {
    const { values, kinds } = block;
    const steps = this.#steps;
    const sums = this.#sums;
    const lost = this.#lost;
    const counts = this.#counts;
    let means = this.#means;
    let source = row * steps;
    let target = group * steps;
    for (let step = 0; step < steps; step++, source++, target++) {
      const kind = kinds[source];
      if (kind !== FLOAT) {
        if (kind !== ABSENT) this.#addHistogram(target, histogramAt(block, source));
        continue;
      }
      const value = values[source]!;
      const sum = sums[target]!;
      const next = sum + value;
      // What rounding took away, without asking which of the two is larger (Knuth's two-sum).
      const added = next - sum;
      if (next - next === 0) lost[target]! += sum - (next - added) + (value - added);
      else {
        this.#overflow(target, value, next);
        means = this.#means;
      }
      sums[target] = next;
      counts[target]!++;
      if (means !== null) this.#addMean(target, value);
    }
  }

  #addHistogram(element: number, histogram: Histogram): void {
    this.histograms.add(element, this.#average ? scaleHistogram(histogram, AVERAGE_SCALE) : histogram);
  }

  merge(other: SumAccumulator, from: number, group: number): void {
    for (let step = 0; step < this.#steps; step++) {
      const source = from * this.#steps + step;
      const target = group * this.#steps + step;
      this.#counts[target]! += other.#counts[source]!;
      for (const part of [other.#sums[source]!, other.#lost[source]!]) {
        const sum = this.#sums[target]!;
        const next = sum + part;
        if (Number.isFinite(next))
          this.#lost[target]! += Math.abs(sum) >= Math.abs(part) ? sum - next + part : part - next + sum;
        this.#sums[target] = next;
      }
      const histogram = other.histograms.at(source);
      if (histogram !== null) this.histograms.add(target, histogram.histogram);
    }
  }

  finish(result: Block): void {
    for (let i = 0; i < this.#sums.length; i++) {
      const count = this.#counts[i]!;
      const histogram = this.histograms.entries.size > 0 ? this.histograms.at(i) : null;
      if (this.histograms.entries.has(i) && count > 0) {
        this.mixed = true;
      } else if (histogram !== null) {
        setHistogram(
          result,
          i,
          this.#average
            ? scaleHistogram(histogram.histogram, 1 / AVERAGE_SCALE / histogram.count)
            : histogram.histogram,
        );
      } else if (count > 0) {
        setFloat(result, i, this.#average ? this.#mean(i, count) : this.#sums[i]! + this.#lost[i]!);
      }
    }
  }

  #mean(element: number, count: number): number {
    const sum = this.#sums[element]!;
    if (!Number.isFinite(sum) && this.#means !== null) return this.#means[element]!;
    return sum / count + this.#lost[element]! / count;
  }

  #overflow(element: number, value: number, next: number): void {
    this.#lost[element] = 0;
    // Finite values whose sum is not: their mean still is.
    if (!this.#average || this.#means !== null || !Number.isFinite(value) || Number.isNaN(next)) return;
    this.#means = new Float64Array(this.#sums.length);
    for (let i = 0; i < this.#means.length; i++)
      this.#means[i] = this.#counts[i]! > 0 ? this.#sums[i]! / this.#counts[i]! : 0;
  }

  #addMean(element: number, value: number): void {
    const count = this.#counts[element]!;
    const mean = this.#means![element]!;
    if (!Number.isFinite(mean)) {
      if (!Number.isFinite(value) && value !== mean) this.#means![element] = mean + value;
      return;
    }
    this.#means![element] = mean * ((count - 1) / count) + value / count;
  }
}
