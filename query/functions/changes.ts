import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import { equalHistograms } from '@tocsin/protocol/histogram/equal.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { setFloat } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { windowStart } from '../selectors/range-series.ts';
import type { RangeContext, RangeFunction } from './range-function.ts';

type Sample = number | Histogram;

/** Counts the neighbours in a window that `differs` tells apart. */
function countNeighbours(
  differsFloat: (previous: number, current: number) => boolean,
  differs: (previous: Sample, current: Sample) => boolean,
): RangeFunction {
  return {
    samplesMin: 1,
    float: (series, start, end) => {
      let count = 0;
      for (let i = start + 1; i < end; i++)
        if (differsFloat(series.values[i - 1]!, series.values[i]!)) count++;
      return count;
    },
    mixed: (series, step, block, element, context) => {
      const samples = samplesOf(series, step, context);
      if (samples.length === 0) return;
      let count = 0;
      for (let i = 1; i < samples.length; i++) if (differs(samples[i - 1]!, samples[i]!)) count++;
      setFloat(block, element, count);
    },
  };
}

/** The samples of a window in time order; `anchored` puts the newest one before the window in front. */
function samplesOf(series: RangeSeries, step: number, context: RangeContext): Sample[] {
  let float = series.floatStart[step]!;
  let histogram = series.histogramStart[step]!;
  const floatEnd = series.floatEnd[step]!;
  const histogramEnd = series.histogramEnd[step]!;
  if (floatEnd === float && histogramEnd === histogram) return [];
  if (context.extension === 'anchored') {
    const oldest = windowStart(series.windows, step) - context.lookbackMs;
    const floatTime = float > 0 ? series.times[float - 1]! : Number.NEGATIVE_INFINITY;
    const histogramTime = histogram > 0 ? series.histogramTimes[histogram - 1]! : Number.NEGATIVE_INFINITY;
    if (Math.max(floatTime, histogramTime) > oldest) {
      if (floatTime > histogramTime) float--;
      else histogram--;
    }
  }
  const samples: Sample[] = [];
  while (float < floatEnd || histogram < histogramEnd) {
    const isFloat =
      histogram >= histogramEnd ||
      (float < floatEnd && series.times[float]! < series.histogramTimes[histogram]!);
    samples.push(isFloat ? series.values[float++]! : series.histograms[histogram++]!);
  }
  return samples;
}

const floatsDiffer = (previous: number, current: number): boolean =>
  current !== previous && !(Number.isNaN(current) && Number.isNaN(previous));

/** How often the value changes within the window. */
export const changes = countNeighbours(floatsDiffer, (previous, current) => {
  if (typeof previous === 'number' && typeof current === 'number') return floatsDiffer(previous, current);
  if (typeof previous === 'number' || typeof current === 'number') return true;
  return !equalHistograms(previous, current);
});

/** How often a counter starts anew within the window. */
export const resets = countNeighbours(
  (previous, current) => current < previous,
  (previous, current) => {
    if (typeof previous === 'number' && typeof current === 'number') return current < previous;
    if (typeof previous === 'number' || typeof current === 'number') return true;
    return detectReset(current, previous);
  },
);
