import { FLOAT } from '../block.ts';
import { createRolledRate } from '../rolled/rate.ts';
import { type RangeSeries, type Windows, windowEnd } from '../selectors/range-series.ts';
import { extrapolationFactor } from './extrapolation.ts';
import type { FillFloats, RangeContext, RangeFunction } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';
import { rateMixed } from './rate-mixed.ts';
import { rateWithStarts } from './rate-with-starts.ts';

/**
 * The difference over a window, extrapolated to its ends as Prometheus does: up to half the average distance of
 * the samples beyond the first and the last, or to the end when that is nearer than 1.1 times the distance; a
 * counter never below zero.
 */
export function createRate(kind: RateKind): RangeFunction {
  return {
    samplesMin: 2,
    float: (series, start, end, step) => {
      let increase = series.values[end - 1]! - series.values[start]!;
      if (kind.counter) increase += resetsBetween(series.values, start, end);
      return increase * extrapolation(series, start, end, step, increase, kind);
    },
    fillFloats: (windows) => createFillFloats(kind, windows),
    mixed: (series, step, block, element, context: RangeContext) =>
      rateMixed(kind, series, step, block, element, context),
    ...(kind.counter && {
      withStarts: (series, step, block, element, context) =>
        rateWithStarts(kind, series, step, block, element, context),
    }),
    rolled: createRolledRate(kind),
  };
}

/**
 * The same as `float` for all windows of a series: this runs for every series and step of most dashboards' queries. What
 * only depends on where the samples lie is worked out once for all series that are scraped together, which leaves a
 * subtraction and a multiplication for each window (bench/query.ts).
 */
function createFillFloats(kind: RateKind, windows: Windows): FillFloats {
  const { counter } = kind;
  const table = new WindowTable(windows, kind.perSecond ? windows.rangeMs / 1000 : 1);
  return (series, { values: out, kinds }, base) => {
    if (table.placement !== series.placement) table.fill(series);
    const { values } = series;
    // Resets are rare: remember where they are, so that a window only looks at its own.
    const resets = counter ? resetsOf(values, series.risesUntil) : NO_RESETS;
    if (resets.length > 0) fillWithResets(table, values, resets, out, kinds, base);
    else if (table.isWhole) fillAll(table, values, counter, out, kinds, base);
    else fillRising(table, values, counter, out, kinds, base);
    return table.count;
  };
}

/**
 * Every step has a window with samples. No call and nothing seldom in the loop, after which an engine looks at each column anew:
 * half the time of `fillRising`.
 */
function fillAll(
  table: WindowTable,
  values: Float64Array,
  counter: boolean,
  out: Float64Array,
  kinds: Uint8Array,
  base: number,
): void {
  const { count, first, last, factors, fromZeroBelow } = table;
  let anyFromZero = false;
  for (let i = 0; i < count; i++) {
    const from = values[first[i]!]!;
    const increase = values[last[i]!]! - from;
    if (from < fromZeroBelow[i]! * increase) anyFromZero = true;
    out[base + i] = increase * factors[i]!;
  }
  kinds.fill(FLOAT, base, base + count);
  if (anyFromZero && counter) fillRising(table, values, counter, out, kinds, base);
}

function fillRising(
  table: WindowTable,
  values: Float64Array,
  counter: boolean,
  out: Float64Array,
  kinds: Uint8Array,
  base: number,
): void {
  const { count, first, last, steps, factors, fromZeroBelow } = table;
  for (let i = 0; i < count; i++) {
    const from = values[first[i]!]!;
    const increase = values[last[i]!]! - from;
    let factor = factors[i]!;
    // Asked without a division first, and a little too often.
    if (counter && from < fromZeroBelow[i]! * increase && from >= 0)
      factor = table.factorFromZero(i, from / increase);
    const element = base + steps[i]!;
    out[element] = increase * factor;
    kinds[element] = FLOAT;
  }
}

function fillWithResets(
  table: WindowTable,
  values: Float64Array,
  resets: readonly number[],
  out: Float64Array,
  kinds: Uint8Array,
  base: number,
): void {
  const { count, first, last, steps, factors, fromZeroBelow } = table;
  let firstReset = 0;
  for (let i = 0; i < count; i++) {
    const start = first[i]!;
    const end = last[i]!;
    const from = values[start]!;
    let increase = values[end]! - from;
    while (firstReset < resets.length && resets[firstReset]! <= start) firstReset++;
    for (let r = firstReset; r < resets.length && resets[r]! <= end; r++) increase += values[resets[r]! - 1]!;
    let factor = factors[i]!;
    if (from < fromZeroBelow[i]! * increase && from >= 0) factor = table.factorFromZero(i, from / increase);
    const element = base + steps[i]!;
    out[element] = increase * factor;
    kinds[element] = FLOAT;
  }
}

const NEARLY = 1 + 1e-9;

/**
 * The windows with two samples or more, and what their samples' times alone say about them: in seconds and worked out in
 * this order, so that not even the last digit differs from Prometheus'.
 */
class WindowTable {
  readonly #seconds: number;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly steps: Int32Array;
  readonly sampled: Float64Array;
  readonly toStart: Float64Array;
  readonly toEnd: Float64Array;
  /** A counter whose first value is below this share of its increase was zero within what would be extrapolated. */
  readonly fromZeroBelow: Float64Array;
  /** What the difference is multiplied by. */
  readonly factors: Float64Array;
  count = 0;
  /** Every step has one. */
  isWhole = false;
  placement = -1;

  constructor({ steps }: Windows, seconds: number) {
    this.#seconds = seconds;
    this.first = new Int32Array(steps);
    this.last = new Int32Array(steps);
    this.steps = new Int32Array(steps);
    this.sampled = new Float64Array(steps);
    this.toStart = new Float64Array(steps);
    this.toEnd = new Float64Array(steps);
    this.fromZeroBelow = new Float64Array(steps);
    this.factors = new Float64Array(steps);
  }

  fill({ times, floatStart, floatEnd, windows, placement }: RangeSeries): void {
    const { steps, rangeMs, references } = windows;
    let count = 0;
    let endMs = references.firstMs;
    for (let step = 0; step < steps; step++, endMs += references.stepMs) {
      const start = floatStart[step]!;
      const last = floatEnd[step]! - 1;
      if (last <= start) continue;
      const sampled = (times[last]! - times[start]!) / 1000;
      const average = sampled / (last - start);
      const threshold = average * 1.1;
      let toStart = (times[start]! - (endMs - rangeMs)) / 1000;
      if (toStart >= threshold) toStart = average / 2;
      let toEnd = (endMs - times[last]!) / 1000;
      if (toEnd >= threshold) toEnd = average / 2;
      this.first[count] = start;
      this.last[count] = last;
      this.steps[count] = step;
      this.sampled[count] = sampled;
      this.toStart[count] = toStart;
      this.toEnd[count] = toEnd;
      this.fromZeroBelow[count] = (toStart / sampled) * NEARLY;
      this.factors[count] = (sampled + toStart + toEnd) / sampled / this.#seconds;
      count++;
    }
    this.count = count;
    this.isWhole = count === steps;
    this.placement = placement;
  }

  /** A counter was not below zero: it is not extrapolated further back than to there. */
  factorFromZero(window: number, firstOfIncrease: number): number {
    const sampled = this.sampled[window]!;
    const toZero = sampled * firstOfIncrease;
    if (!(toZero < this.toStart[window]!)) return this.factors[window]!;
    return (sampled + toZero + this.toEnd[window]!) / sampled / this.#seconds;
  }
}

const NO_RESETS: readonly number[] = [];

function resetsOf(values: Float64Array, from: number): readonly number[] {
  let resets: number[] | null = null;
  for (let i = Math.max(1, from); i < values.length; i++) {
    if (values[i]! < values[i - 1]!) {
      resets ??= [];
      resets.push(i);
    }
  }
  return resets ?? NO_RESETS;
}

function resetsBetween(values: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start + 1; i < end; i++) if (values[i]! < values[i - 1]!) total += values[i - 1]!;
  return total;
}

function extrapolation(
  series: RangeSeries,
  start: number,
  end: number,
  step: number,
  increase: number,
  kind: RateKind,
): number {
  const { times, windows } = series;
  const first = kind.counter ? series.values[start]! : Number.NaN;
  const endMs = windowEnd(windows, step);
  const factor = extrapolationFactor(
    times[start]!,
    times[end - 1]!,
    end - start,
    endMs,
    windows.rangeMs,
    first,
    increase,
  );
  return kind.perSecond ? factor / (windows.rangeMs / 1000) : factor;
}
