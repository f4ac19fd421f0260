import { scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { type Block, setHistogram } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { noteCollision, noteMixedSamples, noteMixedSchemas, noteReconciled } from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';

/**
 * Histograms are averaged at this fraction of their size, so that their sum does not overflow where their average
 * does not; a power of two changes no digit.
 */
export const AVERAGE_SCALE = 2 ** -10;

/** `sum_over_time` of a window with histograms. */
export function sumHistograms(
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const sum = sumOfWindow(series, step, context, 1);
  if (sum !== null) setHistogram(block, element, sum);
}

/** `avg_over_time` of a window with histograms. */
export function averageHistograms(
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const sum = sumOfWindow(series, step, context, AVERAGE_SCALE);
  const count = series.histogramEnd[step]! - series.histogramStart[step]!;
  if (sum !== null) setHistogram(block, element, scaleHistogram(sum, 1 / AVERAGE_SCALE / count));
}

function sumOfWindow(
  series: RangeSeries,
  step: number,
  context: RangeContext,
  scale: number,
): Histogram | null {
  const scaled = (histogram: Histogram): Histogram =>
    scale === 1 ? histogram : scaleHistogram(histogram, scale);
  if (series.floatEnd[step]! > series.floatStart[step]!) {
    noteMixedSamples(series, context);
    return null;
  }
  const start = series.histogramStart[step]!;
  const sum = new HistogramSum(scaled(series.histograms[start]!));
  const hints = new Set([series.histograms[start]!.counterReset]);
  for (let i = start + 1; i < series.histogramEnd[step]!; i++) {
    hints.add(series.histograms[i]!.counterReset);
    if (!sum.add(scaled(series.histograms[i]!))) {
      noteMixedSchemas(series, context);
      return null;
    }
  }
  if (hints.has('reset') && hints.has('none')) noteCollision('aggregation', context);
  if (sum.boundsReconciled) noteReconciled('aggregation', context);
  return sum.finish();
}
