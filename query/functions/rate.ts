import { FLOAT } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { windowEnd } from '../selectors/range-series.ts';
import { extrapolationFactor } from './extrapolation.ts';
import type { RangeContext, RangeFunction } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';
import { rateMixed } from './rate-mixed.ts';

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
    floats: (series, block, base) => fillFloats(series, block.values, block.kinds, base, kind),
    mixed: (series, step, block, element, context: RangeContext) =>
      rateMixed(kind, series, step, block, element, context),
  };
}

// The same as `float`, written out: this loop runs for every series and step of most dashboards' queries.
function fillFloats(
  series: RangeSeries,
  out: Float64Array,
  kinds: Uint8Array,
  base: number,
  kind: RateKind,
): void {
  const { times, values, floatStart, floatEnd, windows } = series;
  const { steps, rangeMs, references } = windows;
  const { counter } = kind;
  const seconds = kind.perSecond ? rangeMs / 1000 : 1;
  // Resets are rare: remember where they are, so that a window only looks at its own.
  const resets = counter ? resetsOf(values) : NO_RESETS;
  let firstReset = 0;
  let endMs = references.firstMs;
  for (let step = 0; step < steps; step++, endMs += references.stepMs) {
    const start = floatStart[step]!;
    const last = floatEnd[step]! - 1;
    if (last <= start) continue;
    const first = values[start]!;
    let increase = values[last]! - first;
    if (resets.length > 0) {
      while (firstReset < resets.length && resets[firstReset]! <= start) firstReset++;
      for (let r = firstReset; r < resets.length && resets[r]! <= last; r++)
        increase += values[resets[r]! - 1]!;
    }
    const firstMs = times[start]!;
    const lastMs = times[last]!;
    // In seconds and in this order, so that not even the last digit differs from Prometheus'.
    const sampled = (lastMs - firstMs) / 1000;
    const average = sampled / (last - start);
    const threshold = average * 1.1;
    let toStart = (firstMs - (endMs - rangeMs)) / 1000;
    if (toStart >= threshold) toStart = average / 2;
    if (counter && increase > 0 && first >= 0) {
      const toZero = sampled * (first / increase);
      if (toZero < toStart) toStart = toZero;
    }
    let toEnd = (endMs - lastMs) / 1000;
    if (toEnd >= threshold) toEnd = average / 2;
    out[base + step] = increase * ((sampled + toStart + toEnd) / sampled / seconds);
    kinds[base + step] = FLOAT;
  }
}

const NO_RESETS: readonly number[] = [];

function resetsOf(values: Float64Array): readonly number[] {
  let resets: number[] | null = null;
  let previous = values.length > 0 ? values[0]! : 0;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (value < previous) {
      resets ??= [];
      resets.push(i);
    }
    previous = value;
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
