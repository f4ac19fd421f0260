import { isReset, overlapsPrevious } from '@tocsin/protocol/series/counter-start.ts';
import { type Block, setFloat } from '../block.ts';
import { type RangeSeries, windowEnd, windowStart } from '../selectors/range-series.ts';
import { extrapolationFactor, extrapolationFactorFromZero } from './extrapolation.ts';
import { noteOverlap } from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';
import type { RateKind } from './rate-kind.ts';

/**
 * `rate` and `increase` of a window of floats that say when their counter began: a reset shows by that too, and a counter that
 * began within the window was zero then, so that one sample will do.
 */
export function rateWithStarts(
  kind: RateKind,
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const { times, values, windows } = series;
  const startsMs = series.startsMs!;
  const start = series.floatStart[step]!;
  const end = series.floatEnd[step]!;
  let increase = values[end - 1]! - values[start]!;
  for (let i = start + 1; i < end; i++) {
    if (overlapsPrevious(startsMs[i - 1]!, times[i - 1]!, startsMs[i]!)) noteOverlap(series, context);
    const isLower = values[i]! < values[i - 1]!;
    if (isLower || isReset(startsMs[i - 1]!, times[i - 1]!, startsMs[i]!, times[i]!))
      increase += values[i - 1]!;
  }
  const firstMs = times[start]!;
  const lastMs = times[end - 1]!;
  const endMs = windowEnd(windows, step);
  const zeroMs = zeroWithin(startsMs[start]!, windowStart(windows, step), firstMs);
  if (zeroMs === null && end - start < 2) return;
  const factor =
    zeroMs === null
      ? extrapolationFactor(firstMs, lastMs, end - start, endMs, windows.rangeMs, values[start]!, increase)
      : extrapolationFactorFromZero(zeroMs, firstMs, lastMs, end - start, endMs);
  if (zeroMs !== null) increase += values[start]!;
  setFloat(block, element, increase * (kind.perSecond ? factor / (windows.rangeMs / 1000) : factor));
}

/** When the counter of a window's first sample began, if that was within the window and before the sample. */
export function zeroWithin(counterStartMs: number, openMs: number, firstMs: number): number | null {
  return counterStartMs !== 0 && counterStartMs > openMs && counterStartMs < firstMs ? counterStartMs : null;
}
