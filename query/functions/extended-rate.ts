import { asGauge, divideHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import { isCustom } from '@tocsin/protocol/histogram/buckets.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { type Block, setFloat, setHistogram } from '../block.ts';
import { type RangeSeries, windowEnd, windowStart } from '../selectors/range-series.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from './histogram-notes.ts';
import { interpolateFloats, interpolateHistograms } from './interpolate.ts';
import type { RangeContext } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';

/** The samples an extended window reaches: [first, last], with the one before it and, smoothed, the one behind. */
interface Reach {
  readonly first: number;
  readonly last: number;
  /** How far the ends of the window lie between two samples; 0 where a sample is taken as it is. */
  readonly leftFraction: number;
  readonly rightFraction: number;
}

/**
 * `rate`, `increase` and `delta` of an anchored or smoothed selector: from the sample before the window (or the
 * value interpolated at its start) to the last (or the value interpolated at its end), without extrapolation.
 * Source: Prometheus proposal PROM-52.
 */
export function extendedRate(
  kind: RateKind,
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const floats = extent(
    series,
    step,
    series.times,
    series.floatStart[step]!,
    series.floatEnd[step]!,
    context,
  );
  const histograms = extent(
    series,
    step,
    series.histogramTimes,
    series.histogramStart[step]!,
    series.histogramEnd[step]!,
    context,
  );
  if (floats.isEmpty === histograms.isEmpty) {
    if (!floats.isEmpty) noteMixedSamples(series, context);
  } else if (floats.reach !== null) {
    const increase = floatIncrease(series.values, floats.reach, kind.counter);
    setFloat(block, element, kind.perSecond ? increase / (series.windows.rangeMs / 1000) : increase);
  } else if (histograms.reach !== null) {
    const increase = histogramIncrease(series, histograms.reach, kind.counter, context);
    if (increase === null) return;
    setHistogram(
      block,
      element,
      kind.perSecond ? divideHistogram(increase, series.windows.rangeMs / 1000) : increase,
    );
  }
}

/** The samples of one kind that an extended window looks at. */
interface Extent {
  /** True when there are none, in the window or within the lookback around it. */
  readonly isEmpty: boolean;
  /** Null when there is nothing to measure. */
  readonly reach: Reach | null;
}

function extent(
  series: RangeSeries,
  step: number,
  times: Float64Array,
  start: number,
  end: number,
  context: RangeContext,
): Extent {
  const openMs = windowStart(series.windows, step);
  const endMs = windowEnd(series.windows, step);
  const smoothed = context.extension === 'smoothed';
  let first = start;
  let last = end - 1;
  const hasAnchor = start > 0 && times[start - 1]! > openMs - context.lookbackMs;
  if (hasAnchor) first = start - 1;
  const nextInReach = smoothed && end < times.length && times[end]! <= endMs + context.lookbackMs;
  if (nextInReach && (last < first || times[last]! < endMs)) last = end;
  const isEmpty = last < first;
  if (isEmpty || times[last]! <= openMs || times[first]! > endMs) return { isEmpty, reach: null };
  const between = (from: number, atMs: number): number =>
    (atMs - times[from]!) / (times[from + 1]! - times[from]!);
  const leftFraction = smoothed && times[first]! < openMs ? between(first, openMs) : 0;
  const rightFraction = smoothed && times[last]! > endMs ? between(last - 1, endMs) : 0;
  return { isEmpty, reach: { first, last, leftFraction, rightFraction } };
}

function floatIncrease(
  values: Float64Array,
  { first, last, leftFraction, rightFraction }: Reach,
  counter: boolean,
): number {
  const left =
    leftFraction > 0
      ? interpolateFloats(values[first]!, values[first + 1]!, leftFraction, counter)
      : values[first]!;
  const right =
    rightFraction > 0
      ? interpolateFloats(values[last - 1]!, values[last]!, rightFraction, counter)
      : values[last]!;
  let increase = right - left;
  if (!counter) return increase;
  // A reset between the first two is already part of a value interpolated between them.
  for (let i = first + (leftFraction > 0 ? 2 : 1); i <= last; i++)
    if (values[i]! < values[i - 1]!) increase += values[i - 1]!;
  return increase;
}

function histogramIncrease(
  series: RangeSeries,
  { first, last, leftFraction, rightFraction }: Reach,
  counter: boolean,
  context: RangeContext,
): Histogram | null {
  const samples = series.histograms.slice(first, last + 1);
  const count = samples.length;
  for (const sample of samples) {
    if (isCustom(sample) !== isCustom(samples[0]!)) {
      noteMixedSchemas(series, context);
      return null;
    }
    if (counter && sample.counterReset === 'gauge') noteNotCounter(series, context);
  }
  const left =
    leftFraction > 0
      ? interpolateHistograms(samples[0]!, samples[1]!, leftFraction, counter, context)
      : samples[0]!;
  const right =
    rightFraction > 0
      ? interpolateHistograms(samples[count - 2]!, samples[count - 1]!, rightFraction, counter, context)
      : samples[count - 1]!;
  if (left === null || right === null) return null;
  if (!counter && (left.counterReset !== 'gauge' || right.counterReset !== 'gauge'))
    noteNotGauge(series, context);
  const sum = new HistogramSum(right);
  sum.add(left, -1);
  if (sum.boundsReconciled) noteReconciled('subtraction', context);
  const lost = counter ? lostToResets(samples, leftFraction > 0 ? 2 : 1) : null;
  if (lost !== null) {
    sum.boundsReconciled = false;
    sum.add(lost.finish());
    if (lost.boundsReconciled || sum.boundsReconciled) noteReconciled('addition', context);
  }
  return asGauge(sum.finish());
}

/** The samples before each reset, from the sample `from` on; null when there was none. */
function lostToResets(samples: readonly Histogram[], from: number): HistogramSum | null {
  let lost: HistogramSum | null = null;
  for (let i = from; i < samples.length; i++) {
    const before = samples[i - 1]!;
    if (!detectReset(samples[i]!, before)) continue;
    if (lost === null) lost = new HistogramSum(before);
    else lost.add(before);
  }
  return lost;
}
