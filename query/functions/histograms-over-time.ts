import { divideHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { type Block, setHistogram } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import { noteCollision, noteMixedSamples, noteMixedSchemas, noteReconciled } from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';

/** `sum_over_time` of a window with histograms. */
export function sumHistograms(
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const sum = sumOfWindow(series, step, context);
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
  const sum = sumOfWindow(series, step, context);
  if (sum !== null)
    setHistogram(
      block,
      element,
      divideHistogram(sum, series.histogramEnd[step]! - series.histogramStart[step]!),
    );
}

function sumOfWindow(series: RangeSeries, step: number, context: RangeContext): Histogram | null {
  if (series.floatEnd[step]! > series.floatStart[step]!) {
    noteMixedSamples(series, context);
    return null;
  }
  const start = series.histogramStart[step]!;
  const sum = new HistogramSum(series.histograms[start]!);
  const hints = new Set([series.histograms[start]!.counterReset]);
  for (let i = start + 1; i < series.histogramEnd[step]!; i++) {
    hints.add(series.histograms[i]!.counterReset);
    if (!sum.add(series.histograms[i]!)) {
      noteMixedSchemas(series, context);
      return null;
    }
  }
  if (hints.has('reset') && hints.has('none')) noteCollision('aggregation', context);
  if (sum.boundsReconciled) noteReconciled('aggregation', context);
  return sum.finish();
}
