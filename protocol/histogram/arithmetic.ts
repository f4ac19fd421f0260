import type { Histogram } from './histogram.ts';
import { HistogramSum } from './histogram-sum.ts';

export interface Combined {
  readonly histogram: Histogram;
  readonly resetCollision: boolean;
  readonly boundsReconciled: boolean;
}

/** a + b; null when one has custom bounds and the other exponential buckets. */
export function addHistograms(a: Histogram, b: Histogram): Combined | null {
  return combine(a, b, 1);
}

/** a - b; null as for `addHistograms`. */
export function subtractHistograms(a: Histogram, b: Histogram): Combined | null {
  return combine(a, b, -1);
}

function combine(a: Histogram, b: Histogram, sign: 1 | -1): Combined | null {
  const sum = new HistogramSum(a);
  if (!sum.add(b, sign)) return null;
  return {
    histogram: sum.finish(),
    resetCollision: sum.resetCollision,
    boundsReconciled: sum.boundsReconciled,
  };
}

/** Every count and the sum times `factor`; a negative factor makes a gauge of it. */
export function scaleHistogram(histogram: Histogram, factor: number): Histogram {
  return mapCounts(histogram, (count) => count * factor, factor < 0);
}

export function divideHistogram(histogram: Histogram, divisor: number): Histogram {
  const divided = mapCounts(histogram, (count) => count / divisor, divisor < 0);
  if (divisor !== 0) return divided;
  // What was counted where cannot be told any more.
  return { ...divided, positiveSpans: [], positiveBuckets: [], negativeSpans: [], negativeBuckets: [] };
}

export function negateHistogram(histogram: Histogram): Histogram {
  return mapCounts(histogram, (count) => -count, true);
}

export function asGauge(histogram: Histogram): Histogram {
  return histogram.counterReset === 'gauge' ? histogram : { ...histogram, counterReset: 'gauge' };
}

function mapCounts(histogram: Histogram, map: (count: number) => number, gauge: boolean): Histogram {
  return {
    ...histogram,
    counterReset: gauge ? 'gauge' : histogram.counterReset,
    zeroCount: map(histogram.zeroCount),
    count: map(histogram.count),
    sum: map(histogram.sum),
    positiveBuckets: histogram.positiveBuckets.map(map),
    negativeBuckets: histogram.negativeBuckets.map(map),
  };
}
