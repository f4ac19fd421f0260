import { asGauge, divideHistogram, scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import { isCustom } from '@tocsin/protocol/histogram/buckets.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { type Block, setHistogram } from '../block.ts';
import { type RangeSeries, windowEnd } from '../selectors/range-series.ts';
import { extendedRate } from './extended-rate.ts';
import { extrapolationFactor } from './extrapolation.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';

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
  const start = series.histogramStart[step]!;
  const end = series.histogramEnd[step]!;
  if (end - start < 2) return;
  const increase = histogramIncrease(kind.counter, series, series.histograms.slice(start, end), context);
  if (increase === null) return;
  const factor = extrapolationFactor(
    series.histogramTimes[start]!,
    series.histogramTimes[end - 1]!,
    end - start,
    windowEnd(series.windows, step),
    series.windows.rangeMs,
    kind.counter ? series.histograms[start]!.count : Number.NaN,
    increase.count,
  );
  const scaled = scaleHistogram(increase, factor);
  setHistogram(
    block,
    element,
    kind.perSecond ? divideHistogram(scaled, series.windows.rangeMs / 1000) : scaled,
  );
}

/** Last minus first, plus what was there before each reset; null (with a note) when the layouts do not fit. */
function histogramIncrease(
  counter: boolean,
  series: RangeSeries,
  samples: readonly Histogram[],
  context: RangeContext,
): Histogram | null {
  const first = samples[0]!;
  const last = samples.at(-1)!;
  if (counter && samples.some((sample) => sample.counterReset === 'gauge')) noteNotCounter(series, context);
  // After a reset at once the first sample is not needed, and its layout does not matter.
  const startsAnew = counter && detectReset(samples[1]!, first);
  const relevant = startsAnew ? samples.slice(1) : counter ? samples : [first, last];
  if (relevant.some((sample) => isCustom(sample) !== isCustom(last))) {
    noteMixedSchemas(series, context);
    return null;
  }
  const sum = new HistogramSum(last);
  if (!startsAnew) sum.add(first, -1);
  if (counter) {
    let previous = startsAnew ? samples[1]! : first;
    for (const sample of samples.slice(startsAnew ? 2 : 1)) {
      if (detectReset(sample, previous)) sum.add(previous);
      previous = sample;
    }
    // The coarsest layout of the window is the layout of the result.
    for (const sample of relevant) addLayout(sum, sample);
  } else if (first.counterReset !== 'gauge' || last.counterReset !== 'gauge') {
    noteNotGauge(series, context);
  }
  if (sum.boundsReconciled) noteReconciled('subtraction', context);
  return asGauge(sum.finish());
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
