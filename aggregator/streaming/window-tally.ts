import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import { quantileOf } from '@tocsin/query/quantile.ts';
import type { StreamInput } from './stream-input.ts';
import type { StreamOutput } from './stream-output.ts';

/** When a counter that is seen for the first time counts from zero. */
export interface FirstSight {
  /** Since when the rule sees all there is: a counter that began later was never seen before. */
  readonly sinceMs: number;
  /** Where the beginning is not known: only samples this new are of counters that began since. */
  readonly newAfterMs: number;
}

/**
 * Gathers one window of one group. One is used for window after window. Sums are Neumaier's, so that they hardly depend on the order
 * of the inputs.
 */
export class WindowTally {
  readonly #wantsValues: boolean;
  #count = 0;
  #series = 0;
  #sum = 0;
  #sumLost = 0;
  #squaresMean = 0;
  #mean = 0;
  #min = Number.NaN;
  #max = Number.NaN;
  #lastMs = Number.NEGATIVE_INFINITY;
  #last = Number.NaN;
  #sumLast = 0;
  #rateSum = 0;
  #rates = 0;
  #values = new Float64Array(64);
  /** Of this window, without and with what new counters had when they were first seen. */
  increasePrometheus = 0;
  increase = 0;

  constructor(outputs: readonly StreamOutput[]) {
    this.#wantsValues = outputs.some(({ kind }) => kind === 'quantiles' || kind === 'unique_samples');
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  clear(): void {
    this.#count = 0;
    this.#series = 0;
    this.#sum = 0;
    this.#sumLost = 0;
    this.#squaresMean = 0;
    this.#mean = 0;
    this.#min = Number.NaN;
    this.#max = Number.NaN;
    this.#lastMs = Number.NEGATIVE_INFINITY;
    this.#last = Number.NaN;
    this.#sumLast = 0;
    this.#rateSum = 0;
    this.#rates = 0;
    this.increasePrometheus = 0;
    this.increase = 0;
  }

  /** Takes in the samples [from, to) of the input, of which there is at least one, and makes the last its baseline. */
  take(input: StreamInput, from: number, to: number, first: FirstSight): void {
    const { timesMs, values } = input;
    this.#series++;
    for (let i = from; i < to; i++) this.#value(values[i]!);
    const lastMs = timesMs[to - 1]!;
    const last = values[to - 1]!;
    if (lastMs >= this.#lastMs) {
      this.#lastMs = lastMs;
      this.#last = last;
    }
    this.#sumLast += last;
    this.#increase(input, from, to, first);
    input.lastMs = lastMs;
    input.hasBaseline = true;
  }

  /** The output's values, in the order of its series; none when the window has no samples to tell it from. */
  read(
    output: StreamOutput,
    totals: { readonly total: number; readonly totalPrometheus: number },
  ): readonly number[] {
    if (output.kind === 'total') return [totals.total];
    if (output.kind === 'total_prometheus') return [totals.totalPrometheus];
    if (this.isEmpty) return [];
    switch (output.kind) {
      case 'increase':
        return [this.increase];
      case 'increase_prometheus':
        return [this.increasePrometheus];
      case 'rate_sum':
        return this.#rates === 0 ? [] : [this.#rateSum];
      case 'rate_avg':
        return this.#rates === 0 ? [] : [this.#rateSum / this.#rates];
      case 'sum_samples':
        return [this.#total()];
      case 'count_samples':
        return [this.#count];
      case 'count_series':
        return [this.#series];
      case 'unique_samples':
        return [new Set(this.#values.subarray(0, this.#count)).size];
      case 'sum_last':
        return [this.#sumLast];
      case 'last':
        return [this.#last];
      case 'avg':
        return [this.#total() / this.#count];
      case 'min':
        return [this.#min];
      case 'max':
        return [this.#max];
      case 'stddev':
        return [Math.sqrt(this.#squaresMean / this.#count)];
      case 'stdvar':
        return [this.#squaresMean / this.#count];
      case 'quantiles':
        return output.quantiles.map(({ value }) => quantileOf(this.#values, this.#count, value));
    }
  }

  #value(value: number): void {
    if (this.#wantsValues) {
      if (this.#count === this.#values.length) {
        const larger = new Float64Array(this.#count * 2);
        larger.set(this.#values);
        this.#values = larger;
      }
      this.#values[this.#count] = value;
    }
    this.#count++;
    const sum = this.#sum + value;
    // What the addition lost of the smaller of the two; infinite sums have lost nothing that counts.
    if (Number.isFinite(sum))
      this.#sumLost +=
        Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
    // Welford's.
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squaresMean += off * (value - this.#mean);
    // As in PromQL: NaN is neither, unless there is nothing else.
    if (!(this.#min <= value)) this.#min = Number.isNaN(value) ? this.#min : value;
    if (!(this.#max >= value)) this.#max = Number.isNaN(value) ? this.#max : value;
  }

  #total(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#sumLost : this.#sum;
  }

  #increase(input: StreamInput, from: number, to: number, first: FirstSight): void {
    const { timesMs, values, startsMs, hasBaseline } = input;
    let increase = 0;
    let begunWith = 0;
    let previousMs = input.lastMs;
    let previousStartMs = input.lastStartMs;
    let previous = hasBaseline ? input.lastValue : Number.NaN;
    const sinceMs = hasBaseline ? previousMs : timesMs[from]!;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      // No counter has it, and a total would keep it for good.
      if (!Number.isFinite(value)) continue;
      const timeMs = timesMs[i]!;
      const startMs = startsMs?.[i] ?? 0;
      if (Number.isNaN(previous)) begunWith += beginning(previousMs, startMs, timeMs, first) ? value : 0;
      else if (value < previous || isReset(previousStartMs, previousMs, startMs, timeMs)) increase += value;
      else increase += value - previous;
      previousMs = timeMs;
      previousStartMs = startMs;
      previous = value;
    }
    input.lastValue = previous;
    input.lastStartMs = previousStartMs;
    this.increasePrometheus += increase;
    this.increase += increase + begunWith;
    const lastMs = timesMs[to - 1]!;
    if (lastMs > sinceMs) {
      this.#rateSum += increase / ((lastMs - sinceMs) / 1_000);
      this.#rates++;
    }
  }
}

/** Whether all a counter has is new, when nothing has been seen of it, or not for long. */
function beginning(lastMs: number, startMs: number, timeMs: number, first: FirstSight): boolean {
  const isKnown = startMs !== 0 && startMs < timeMs;
  if (isKnown) return startMs > lastMs && startMs >= first.sinceMs;
  return lastMs === Number.NEGATIVE_INFINITY && timeMs > first.newAfterMs;
}
