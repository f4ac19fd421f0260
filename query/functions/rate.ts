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

function fillFloats(
  series: RangeSeries,
  out: Float64Array,
  kinds: Uint8Array,
  base: number,
  kind: RateKind,
): void {
  const { values, floatStart, floatEnd, windows } = series;
  // Resets are rare: remember where they are, so that a window only looks at its own.
  const resets: number[] = [];
  if (kind.counter) for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) resets.push(i);
  let firstReset = 0;
  for (let step = 0; step < windows.steps; step++) {
    const start = floatStart[step]!;
    const end = floatEnd[step]!;
    if (end - start < 2) continue;
    let increase = values[end - 1]! - values[start]!;
    if (resets.length > 0) {
      while (firstReset < resets.length && resets[firstReset]! <= start) firstReset++;
      for (let r = firstReset; r < resets.length && resets[r]! < end; r++)
        increase += values[resets[r]! - 1]!;
    }
    out[base + step] = increase * extrapolation(series, start, end, step, increase, kind);
    kinds[base + step] = FLOAT;
  }
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
