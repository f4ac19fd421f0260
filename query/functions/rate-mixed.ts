import { asGauge, divideHistogram, scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import { isCustom } from '@tocsin/protocol/histogram/buckets.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { isReset, overlapsPrevious } from '@tocsin/protocol/series/counter-start.ts';
import { type Block, setHistogram } from '../block.ts';
import { type RangeSeries, windowEnd, windowStart } from '../selectors/range-series.ts';
import { extendedRate } from './extended-rate.ts';
import { extrapolationFactor, extrapolationFactorFromZero } from './extrapolation.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteOverlap,
  noteReconciled,
} from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';
import { zeroWithin } from './rate-with-starts.ts';

/** `rate`, `increase` and `delta` of a window with histograms. */
export function rateMixed(
  kind: RateKind,
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  if (context.extension !== null) {
    extendedRate(kind, series, step, block, element, context);
    return;
  }
  if (series.floatEnd[step]! > series.floatStart[step]!) {
    noteMixedSamples(series, context);
    return;
  }
  const { windows, histogramTimes } = series;
  const start = series.histogramStart[step]!;
  const end = series.histogramEnd[step]!;
  const firstMs = histogramTimes[start]!;
  const lastMs = histogramTimes[end - 1]!;
  const startMs = kind.counter ? (series.histogramStartsMs?.[start] ?? 0) : 0;
  const zeroMs = zeroWithin(startMs, windowStart(windows, step), firstMs);
  const first = series.histograms[start]!;
  let increase: Histogram;
  if (end - start > 1) {
    const risen = histogramIncrease(kind.counter, series, start, end, zeroMs !== null, context);
    if (risen === null) return;
    increase = risen;
  } else if (zeroMs !== null) increase = asGauge(new HistogramSum(first).finish());
  else return;
  const endMs = windowEnd(windows, step);
  const factor =
    zeroMs === null
      ? extrapolationFactor(
          firstMs,
          lastMs,
          end - start,
          endMs,
          windows.rangeMs,
          kind.counter ? first.count : Number.NaN,
          increase.count,
        )
      : extrapolationFactorFromZero(zeroMs, firstMs, lastMs, end - start, endMs);
  const scaled = scaleHistogram(increase, factor);
  setHistogram(block, element, kind.perSecond ? divideHistogram(scaled, windows.rangeMs / 1000) : scaled);
}

/**
 * Last minus first, plus what was there before each reset, and plus the first when the counter was zero within the window
 * (`fromZero`); null (with a note) when the layouts do not fit.
 */
function histogramIncrease(
  counter: boolean,
  series: RangeSeries,
  start: number,
  end: number,
  fromZero: boolean,
  context: RangeContext,
): Histogram | null {
  const samples = series.histograms.slice(start, end);
  const { histogramTimes: times, histogramStartsMs: startsMs } = series;
  const isResetAt = (i: number): boolean => {
    const [before, at] = [start + i - 1, start + i];
    return (
      (startsMs !== null && isReset(startsMs[before]!, times[before]!, startsMs[at]!, times[at]!)) ||
      detectReset(samples[i]!, samples[i - 1]!)
    );
  };
  const first = samples[0]!;
  const last = samples.at(-1)!;
  if (counter && samples.some((sample) => sample.counterReset === 'gauge')) noteNotCounter(series, context);
  // After a reset at once the first sample is not needed, and its layout does not matter.
  const startsAnew = counter && isResetAt(1);
  const relevant = startsAnew ? samples.slice(1) : counter ? samples : [first, last];
  if (relevant.some((sample) => isCustom(sample) !== isCustom(last))) {
    noteMixedSchemas(series, context);
    return null;
  }
  const sum = new HistogramSum(last);
  if (!startsAnew) sum.add(first, -1);
  if (fromZero && !sum.add(first)) {
    noteMixedSchemas(series, context);
    return null;
  }
  if (counter) {
    for (let i = startsAnew ? 2 : 1; i < samples.length; i++) if (isResetAt(i)) sum.add(samples[i - 1]!);
    if (startsMs !== null) noteOverlaps(series, startsMs, start, end, context);
    // The coarsest layout of the window is the layout of the result.
    for (const sample of relevant) addLayout(sum, sample);
  } else if (first.counterReset !== 'gauge' || last.counterReset !== 'gauge') {
    noteNotGauge(series, context);
  }
  if (sum.boundsReconciled) noteReconciled('subtraction', context);
  return asGauge(sum.finish());
}

function noteOverlaps(
  series: RangeSeries,
  startsMs: Float64Array,
  start: number,
  end: number,
  context: RangeContext,
): void {
  const { histogramTimes: times } = series;
  for (let i = start + 1; i < end; i++)
    if (overlapsPrevious(startsMs[i - 1]!, times[i - 1]!, startsMs[i]!)) noteOverlap(series, context);
}

function addLayout(sum: HistogramSum, sample: Histogram): void {
  sum.add(
    scaleHistogram(
      {
        ...sample,
        positiveSpans: [],
        positiveBuckets: [],
        negativeSpans: [],
        negativeBuckets: [],
        zeroThreshold: 0,
      },
      0,
    ),
  );
}
