import { scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { getLabel, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { ABSENT, type Block, FLOAT, histogramAt, setFloat, setHistogram } from '../block.ts';
import { AVERAGE_SCALE } from '../functions/histograms-over-time.ts';
import type { Accumulator } from './accumulator.ts';
import { HistogramSums, type HistogramSumsState } from './histogram-sums.ts';

export interface SumState {
  readonly sums: Float64Array;
  /** What rounding took from the sums. */
  readonly lost: Float64Array;
  readonly counts: Float64Array;
  /** Running means, only kept from when a sum would overflow. */
  readonly means: Float64Array | null;
  readonly histograms: HistogramSumsState;
}

/** `sum` and `avg`, compensated (Neumaier), of floats and of histograms. */
export class SumAccumulator implements Accumulator<SumState> {
  readonly #steps: number;
  readonly #average: boolean;
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;
  /** Of what was added element by element; whole rows are counted by group. */
  readonly #counts: Float64Array;
  readonly #wholeRows: Float64Array;
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
    this.#wholeRows = new Float64Array(groups);
  }

  get state(): SumState {
    this.#countWholeRows();
    return {
      sums: this.#sums,
      lost: this.#lost,
      counts: this.#counts,
      means: this.#means,
      histograms: this.histograms.state,
    };
  }

  add(block: Block, row: number, group: number): void {
    const steps = this.#steps;
    const source = row * steps;
    const target = group * steps;
    const isPlain = this.#means === null && allFloats(block.kinds, source, source + steps);
    const added = isPlain ? this.#addFloats(block.values, source, target) : 0;
    if (isPlain && added === steps) {
      this.#wholeRows[group]!++;
      return;
    }
    for (let step = 0; step < added; step++) this.#counts[target + step]!++;
    this.#addMixed(block, row, source + added, target + added, steps - added);
  }

  /**
   * Most rows: floats at every step. Adds them up to where a sum would overflow, and returns how many that were. Counting them
   * one by one, and asking what each is, took as long as adding.
   */
  #addFloats(values: Float64Array, source: number, target: number): number {
    const steps = this.#steps;
    const sums = this.#sums;
    const lost = this.#lost;
    for (let step = 0; step < steps; step++) {
      const value = values[source + step]!;
      const sum = sums[target + step]!;
      const next = sum + value;
      if (next - next !== 0) return step;
      // What rounding took away, without asking which of the two is larger (Knuth's two-sum).
      const added = next - sum;
      lost[target + step] = lost[target + step]! + (sum - (next - added) + (value - added));
      sums[target + step] = next;
    }
    return steps;
  }

  #addMixed(block: Block, row: number, from: number, to: number, count: number): void {
    const { values, kinds } = block;
    const sums = this.#sums;
    const lost = this.#lost;
    const counts = this.#counts;
    let means = this.#means;
    let source = from;
    let target = to;
    for (let step = 0; step < count; step++, source++, target++) {
      const kind = kinds[source];
      if (kind !== FLOAT) {
        if (kind !== ABSENT) this.#addHistogram(target, histogramAt(block, source), block.labels[row]!);
        continue;
      }
      const value = values[source]!;
      const sum = sums[target]!;
      const next = sum + value;
      const added = next - sum;
      if (next - next === 0) lost[target]! += sum - (next - added) + (value - added);
      else {
        this.#overflow(target, value, next);
        means = this.#means;
      }
      sums[target] = next;
      counts[target]!++;
      if (means !== null) this.#addMean(target, value, 1);
    }
  }

  #countWholeRows(): void {
    for (let group = 0; group < this.#wholeRows.length; group++) {
      const rows = this.#wholeRows[group]!;
      const start = group * this.#steps;
      if (rows > 0) for (let i = start; i < start + this.#steps; i++) this.#counts[i]! += rows;
    }
    this.#wholeRows.fill(0);
  }

  #addHistogram(element: number, histogram: Histogram, labels: Labels): void {
    const added = this.#average ? scaleHistogram(histogram, AVERAGE_SCALE) : histogram;
    this.histograms.add(element, added, getLabel(labels, METRIC_NAME));
  }

  merge(other: SumState, from: number, group: number): void {
    const [start, end] = [from * this.#steps, group * this.#steps];
    for (let step = 0; step < this.#steps; step++) {
      const count = other.counts[start + step]!;
      if (count > 0) this.#mergeFloats(other, start + step, end + step, count);
    }
    if (other.histograms.entries.length > 0) this.histograms.merge(other.histograms, start, end, this.#steps);
  }

  #mergeFloats(other: SumState, source: number, target: number, count: number): void {
    const value = other.sums[source]!;
    const sum = this.#sums[target]!;
    const next = sum + value;
    const mean = other.means === null ? value / count : other.means[source]!;
    if (other.means !== null) this.#keepMeans();
    if (Number.isFinite(next)) {
      const added = next - sum;
      this.#lost[target]! += sum - (next - added) + (value - added) + other.lost[source]!;
    } else this.#overflow(target, mean, next);
    this.#sums[target] = next;
    this.#counts[target]! += count;
    if (this.#means !== null) this.#addMean(target, mean, count);
  }

  finish(result: Block): void {
    this.#countWholeRows();
    for (let i = 0; i < this.#sums.length; i++) {
      const count = this.#counts[i]!;
      const histogram = this.histograms.size > 0 ? this.histograms.at(i) : null;
      if (this.histograms.has(i) && count > 0) {
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
    const lost = this.#lost[element]!;
    // Put together first: how much either has depends on the order, what they have together hardly ever.
    const whole = sum + lost;
    return Number.isFinite(whole) ? whole / count : sum / count + lost / count;
  }

  /** Before `value` is added, which makes the sum `next`, and that is not finite. */
  #overflow(element: number, value: number, next: number): void {
    this.#lost[element] = 0;
    // Finite values whose sum is not: their mean still is.
    if (this.#average && Number.isFinite(value) && !Number.isNaN(next)) this.#keepMeans();
  }

  #keepMeans(): void {
    if (this.#means !== null || !this.#average) return;
    this.#countWholeRows();
    this.#means = this.#sums.map((sum, i) => (this.#counts[i]! > 0 ? sum / this.#counts[i]! : 0));
  }

  /** `count` values with this mean have just been counted. */
  #addMean(element: number, value: number, added: number): void {
    const count = this.#counts[element]!;
    const mean = this.#means![element]!;
    if (!Number.isFinite(mean)) {
      if (!Number.isFinite(value) && value !== mean) this.#means![element] = mean + value;
      return;
    }
    this.#means![element] = mean * ((count - added) / count) + (value / count) * added;
  }
}

function allFloats(kinds: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (kinds[i] !== FLOAT) return false;
  return true;
}
