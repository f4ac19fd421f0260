import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import { setFloat, setHistogram } from '../block.ts';
import { compensatedMean, compensatedSum } from '../compensated-sum.ts';
import { quantileOf } from '../quantile.ts';
import { rolledOverTime } from '../rolled/over-time.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { averageHistograms, sumHistograms } from './histograms-over-time.ts';
import type { RangeFunction } from './range-function.ts';

type Scan = (values: Float64Array, start: number, end: number) => number;

const ofValues = (scan: Scan): RangeFunction => ({
  samplesMin: 1,
  float: (series, start, end) => scan(series.values, start, end),
});

function indexOfExtreme(
  values: Float64Array,
  start: number,
  end: number,
  better: (a: number, b: number) => boolean,
): number {
  let best = start;
  for (let i = start + 1; i < end; i++) {
    if (better(values[i]!, values[best]!) || (Number.isNaN(values[best]!) && !Number.isNaN(values[i]!)))
      best = i;
  }
  return best;
}

const less = (a: number, b: number): boolean => a < b;
const greater = (a: number, b: number): boolean => a > b;

/** Population variance by Welford's method, compensated. */
export function variance(values: Float64Array, start: number, end: number): number {
  let count = 0;
  let mean = 0;
  let meanLost = 0;
  let sum = 0;
  let sumLost = 0;
  for (let i = start; i < end; i++) {
    count++;
    const value = values[i]!;
    const delta = value - (mean + meanLost);
    const step = delta / count;
    const nextMean = mean + step;
    if (Number.isFinite(nextMean))
      meanLost += Math.abs(mean) >= Math.abs(step) ? mean - nextMean + step : step - nextMean + mean;
    else meanLost = 0;
    mean = nextMean;
    const term = delta * (value - (mean + meanLost));
    const nextSum = sum + term;
    if (Number.isFinite(nextSum))
      sumLost += Math.abs(sum) >= Math.abs(term) ? sum - nextSum + term : term - nextSum + sum;
    else sumLost = 0;
    sum = nextSum;
  }
  return (sum + sumLost) / count;
}

let scratch = new Float64Array(64);

function copied(values: Float64Array, start: number, end: number): Float64Array {
  if (scratch.length < end - start) scratch = new Float64Array((end - start) * 2);
  scratch.set(values.subarray(start, end));
  return scratch;
}

function medianDeviation(values: Float64Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (Number.isNaN(values[i]!)) return Number.NaN;
  const count = end - start;
  const work = copied(values, start, end);
  const median = quantileOf(work, count, 0.5);
  for (let i = 0; i < count; i++) work[i] = Math.abs(work[i]! - median);
  return quantileOf(work, count, 0.5);
}

function windowCount(series: RangeSeries, step: number): number {
  const floats = series.floatEnd[step]! - series.floatStart[step]!;
  return floats + series.histogramEnd[step]! - series.histogramStart[step]!;
}

/** The last or first sample of the window, whichever kind it is. */
function atEdge(last: boolean): RangeFunction {
  return {
    samplesMin: 1,
    keepsName: true,
    float: (series, start, end) => series.values[last ? end - 1 : start]!,
    mixed: (series, step, block, element) => {
      const floatIndex = last ? series.floatEnd[step]! - 1 : series.floatStart[step]!;
      const histogramIndex = last ? series.histogramEnd[step]! - 1 : series.histogramStart[step]!;
      const hasFloats = series.floatEnd[step]! > series.floatStart[step]!;
      const floatTime = series.times[floatIndex] ?? 0;
      const histogramTime = series.histogramTimes[histogramIndex]!;
      const floatWins = hasFloats && (last ? floatTime > histogramTime : floatTime < histogramTime);
      if (floatWins) setFloat(block, element, series.values[floatIndex]!);
      else setHistogram(block, element, series.histograms[histogramIndex]!);
    },
  };
}

function timeOfEdge(last: boolean): RangeFunction {
  return {
    samplesMin: 1,
    float: (series, start, end) => series.times[last ? end - 1 : start]! / 1000,
    mixed: (series, step, block, element) => {
      const hasFloats = series.floatEnd[step]! > series.floatStart[step]!;
      const floatTime = series.times[last ? series.floatEnd[step]! - 1 : series.floatStart[step]!] ?? 0;
      const histogramTime =
        series.histogramTimes[last ? series.histogramEnd[step]! - 1 : series.histogramStart[step]!]!;
      const pick = last ? Math.max : Math.min;
      setFloat(block, element, (hasFloats ? pick(floatTime, histogramTime) : histogramTime) / 1000);
    },
  };
}

// The latest of equal values, as Prometheus gives it.
function timeOfExtreme(better: (a: number, b: number) => boolean): RangeFunction {
  return {
    samplesMin: 1,
    float: (series, start, end) => {
      const orEqual = (a: number, b: number): boolean => better(a, b) || a === b || Number.isNaN(b);
      return series.times[indexOfExtreme(series.values, start, end, orEqual)]! / 1000;
    },
  };
}

const ofSamples: Readonly<Record<string, RangeFunction>> = {
  sum_over_time: { ...ofValues(compensatedSum), mixed: sumHistograms },
  avg_over_time: { ...ofValues(compensatedMean), mixed: averageHistograms },
  min_over_time: ofValues((values, start, end) => values[indexOfExtreme(values, start, end, less)]!),
  max_over_time: ofValues((values, start, end) => values[indexOfExtreme(values, start, end, greater)]!),
  count_over_time: {
    samplesMin: 1,
    float: (_series, start, end) => end - start,
    mixed: (series, step, block, element) => setFloat(block, element, windowCount(series, step)),
  },
  present_over_time: {
    samplesMin: 1,
    float: () => 1,
    mixed: (_series, _step, block, element) => setFloat(block, element, 1),
  },
  stdvar_over_time: ofValues(variance),
  stddev_over_time: ofValues((values, start, end) => Math.sqrt(variance(values, start, end))),
  mad_over_time: ofValues(medianDeviation),
  last_over_time: atEdge(true),
  first_over_time: atEdge(false),
  ts_of_last_over_time: timeOfEdge(true),
  ts_of_first_over_time: timeOfEdge(false),
  ts_of_min_over_time: timeOfExtreme(less),
  ts_of_max_over_time: timeOfExtreme(greater),
  quantile_over_time: {
    samplesMin: 1,
    float: (series, start, end, step, context) => {
      const q = context.scalars[0]![step]!;
      if (!(q >= 0 && q <= 1)) noteQuantile(q, context);
      return quantileOf(copied(series.values, start, end), end - start, q);
    },
  },
};

export const overTime: Readonly<Record<string, RangeFunction>> = Object.fromEntries(
  Object.entries(ofSamples).map(([name, fn]) => {
    const rolled = rolledOverTime[name];
    return [name, rolled ? { ...fn, rolled } : fn];
  }),
);

function noteQuantile(q: number, context: Parameters<RangeFunction['float']>[4]): void {
  context.notes.warn(`quantile value should be between 0 and 1, got ${formatGo(q)}`, context.position);
}
