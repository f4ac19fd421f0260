import { asGauge, divideHistogram, subtractHistograms } from '@tocsin/protocol/histogram/arithmetic.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import { type Block, setFloat, setHistogram } from '../block.ts';
import type { RangeSeries } from '../selectors/range-series.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from './histogram-notes.ts';
import type { RangeContext } from './range-function.ts';

interface Sample {
  readonly timeMs: number;
  readonly value: number | Histogram;
  readonly startMs: number;
}

/** `irate` and `idelta` of a window with histograms: only the last two samples count, whatever their kind. */
export function instantRateMixed(
  isRate: boolean,
  series: RangeSeries,
  step: number,
  block: Block,
  element: number,
  context: RangeContext,
): void {
  const [last, previous] = lastTwo(series, step);
  if (last === undefined || previous === undefined) return;
  const seconds = (last.timeMs - previous.timeMs) / 1000;
  const startedAnew = isReset(previous.startMs, previous.timeMs, last.startMs, last.timeMs);
  if (typeof last.value === 'number' && typeof previous.value === 'number') {
    const difference =
      isRate && (last.value < previous.value || startedAnew) ? last.value : last.value - previous.value;
    setFloat(block, element, isRate ? difference / seconds : difference);
    return;
  }
  if (typeof last.value === 'number' || typeof previous.value === 'number') {
    noteMixedSamples(series, context);
    return;
  }
  const gauges = [last.value, previous.value].filter((h) => h.counterReset === 'gauge').length;
  if (isRate && gauges > 0) noteNotCounter(series, context);
  if (!isRate && gauges < 2) noteNotGauge(series, context);
  let result = last.value;
  if (!isRate || !(startedAnew || detectReset(last.value, previous.value))) {
    const combined = subtractHistograms(last.value, previous.value);
    if (combined === null) {
      noteMixedSchemas(series, context);
      return;
    }
    if (combined.boundsReconciled) noteReconciled('subtraction', context);
    result = combined.histogram;
  }
  setHistogram(block, element, asGauge(isRate ? divideHistogram(result, seconds) : result));
}

function lastTwo(series: RangeSeries, step: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (
    let i = series.floatEnd[step]! - 1;
    i >= Math.max(series.floatStart[step]!, series.floatEnd[step]! - 2);
    i--
  ) {
    samples.push({ timeMs: series.times[i]!, value: series.values[i]!, startMs: series.startsMs?.[i] ?? 0 });
  }
  const histogramEnd = series.histogramEnd[step]!;
  for (let i = histogramEnd - 1; i >= Math.max(series.histogramStart[step]!, histogramEnd - 2); i--) {
    const startMs = series.histogramStartsMs?.[i] ?? 0;
    samples.push({ timeMs: series.histogramTimes[i]!, value: series.histograms[i]!, startMs });
  }
  return samples.sort((a, b) => b.timeMs - a.timeMs).slice(0, 2);
}
