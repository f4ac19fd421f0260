import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import { equalHistograms } from '@tocsin/protocol/histogram/equal.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import { setFloat } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { windowStart } from '../selectors/range-series.ts';
import type { RangeContext, RangeFunction } from './range-function.ts';

interface Sample {
  readonly value: number | Histogram;
  readonly timeMs: number;
  /** When its counter began, 0 when not known. */
  readonly startMs: number;
}

/** Counts the neighbours in a window that `differs` tells apart. */
function countNeighbours(
  differsFloat: (previous: number, current: number) => boolean,
  differs: (previous: Sample, current: Sample) => boolean,
  lookAtStarts: boolean,
): RangeFunction {
  return {
    samplesMin: 1,
    float: (series, start, end) => {
      const { values, times } = series;
      const startsMs = lookAtStarts ? series.startsMs : null;
      let count = 0;
      for (let i = start + 1; i < end; i++) {
        const startsAnew =
          startsMs !== null && isReset(startsMs[i - 1]!, times[i - 1]!, startsMs[i]!, times[i]!);
        if (startsAnew || differsFloat(values[i - 1]!, values[i]!)) count++;
      }
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
    samples.push(isFloat ? floatAt(series, float++) : histogramAt(series, histogram++));
  }
  return samples;
}

function floatAt({ values, times, startsMs }: RangeSeries, i: number): Sample {
  return { value: values[i]!, timeMs: times[i]!, startMs: startsMs?.[i] ?? 0 };
}

function histogramAt({ histograms, histogramTimes, histogramStartsMs }: RangeSeries, i: number): Sample {
  return { value: histograms[i]!, timeMs: histogramTimes[i]!, startMs: histogramStartsMs?.[i] ?? 0 };
}

const floatsDiffer = (previous: number, current: number): boolean =>
  current !== previous && !(Number.isNaN(current) && Number.isNaN(previous));

/** How often the value changes within the window. */
export const changes = countNeighbours(
  floatsDiffer,
  ({ value: previous }, { value: current }) => {
    if (typeof previous === 'number' && typeof current === 'number') return floatsDiffer(previous, current);
    if (typeof previous === 'number' || typeof current === 'number') return true;
    return !equalHistograms(previous, current);
  },
  false,
);

/** How often a counter starts anew within the window. */
export const resets = countNeighbours(
  (previous, current) => current < previous,
  (before, at) => {
    const { value: previous } = before;
    const { value: current } = at;
    if (isReset(before.startMs, before.timeMs, at.startMs, at.timeMs)) return true;
    if (typeof previous === 'number' && typeof current === 'number') return current < previous;
    if (typeof previous === 'number' || typeof current === 'number') return true;
    return detectReset(current, previous);
  },
  true,
);
