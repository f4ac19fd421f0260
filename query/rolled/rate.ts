import { asGauge, divideHistogram, scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import { setHistogram } from '../block.ts';
import { extrapolationFactor, extrapolationFactorFromZero } from '../functions/extrapolation.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from '../functions/histogram-notes.ts';
import type { RangeContext } from '../functions/range-function.ts';
import type { RateKind } from '../functions/rate-kind.ts';
import { zeroWithin } from '../functions/rate-with-starts.ts';
import type { RolledFunction, RolledTarget } from './rolled-function.ts';
import {
  beginsBefore,
  endsBehind,
  type RolledHistograms,
  type Stretch,
  samplesOf,
  shareOf,
} from './rolled-series.ts';

/**
 * `rate`, `increase` and `delta` from roll-ups. A window that is cut is taken to rise evenly from its first sample to its
 * last; that being known up to the very end, nothing is extrapolated there.
 */
export function createRolledRate(kind: RateKind): RolledFunction {
  const columns: RollupColumn[] = ['last', 'first', 'firstTimestampsMs', 'count'];
  if (kind.counter) columns.push('resets');
  return {
    needs: { whole: columns, cut: columns },
    float: (stretch, rangeMs) => {
      if (!hasTwo(stretch) && (!kind.counter || zeroOf(stretch) === null)) return null;
      const zeroMs = kind.counter ? zeroOf(stretch) : null;
      const { start, increase } = rise(stretch, kind.counter);
      const factor = extrapolation(stretch, rangeMs, zeroMs, kind.counter ? start : Number.NaN, increase);
      const total = zeroMs === null ? increase : increase + start;
      return kind.perSecond ? (total * factor) / (rangeMs / 1000) : total * factor;
    },
    mixed: (floats, histograms, target, context) => {
      if (floats.from < floats.to) noteMixedSamples(target.series, context);
      else if (hasTwo(histograms) || (kind.counter && zeroOf(histograms) !== null))
        rateOfHistograms(kind, histograms, target, context);
    },
  };
}

function hasTwo(stretch: Stretch): boolean {
  const { from, to, of } = stretch;
  // A window that is cut has a first and a last sample.
  return to - from > 1 || of.rollups.count[from]! > 1;
}

/** When the counter of the first sample began, if that was within the stretch. */
function zeroOf(stretch: Stretch): number | null {
  const { of, from, openMs } = stretch;
  const { firstStartsMs, firstTimestampsMs } = of.rollups;
  if (!firstStartsMs || beginsBefore(stretch, from)) return null;
  return zeroWithin(firstStartsMs[from]!, openMs, firstTimestampsMs[from]!);
}

/** Whether a window's first sample says that the counter began anew since the window before. */
function startedBetween({ of }: Stretch, at: number): boolean {
  const { firstStartsMs, firstTimestampsMs } = of.rollups;
  if (!firstStartsMs || !of.startsMs) return false;
  return isReset(of.startsMs[at - 1]!, of.lastMs[at - 1]!, firstStartsMs[at]!, firstTimestampsMs[at]!);
}

/** What the counter, or gauge, was at the start of the stretch, and by how much it rose until the end. */
function rise(stretch: Stretch, counter: boolean): { readonly start: number; readonly increase: number } {
  const { of, from, to } = stretch;
  const { first, resets } = of.rollups;
  const { last } = of;
  const riseOf = (at: number): number => last[at]! - first[at]! + (counter ? resets[at]! : 0);
  const end = to - 1;
  if (from === end) {
    const share = shareOf(stretch, from);
    return { start: first[from]!, increase: share === 1 ? riseOf(from) : riseOf(from) * share };
  }
  const cutStart = beginsBefore(stretch, from);
  const cutEnd = endsBehind(stretch, end);
  const start = cutStart ? last[from]! - riseOf(from) * shareOf(stretch, from) : first[from]!;
  const finish = cutEnd ? first[end]! + riseOf(end) * shareOf(stretch, end) : last[end]!;
  let increase = finish - start;
  if (!counter) return { start, increase };
  for (let at = from; at < to; at++) {
    if ((at > from || !cutStart) && (at < end || !cutEnd)) increase += resets[at]!;
    if (at > from && (first[at]! < last[at - 1]! || startedBetween(stretch, at))) increase += last[at - 1]!;
  }
  return { start, increase };
}

function extrapolation(
  stretch: Stretch,
  rangeMs: number,
  zeroMs: number | null,
  first: number,
  increase: number,
): number {
  const { of, from, to, openMs, endMs } = stretch;
  const samples = samplesOf(stretch);
  const firstMs = Math.max(of.rollups.firstTimestampsMs[from]!, openMs);
  const lastMs = Math.min(of.lastMs[to - 1]!, endMs);
  if (zeroMs !== null) return extrapolationFactorFromZero(zeroMs, firstMs, lastMs, samples, endMs);
  // A share of a window may be less than a sample.
  return extrapolationFactor(firstMs, lastMs, Math.max(2, samples), endMs, rangeMs, first, increase);
}

function rateOfHistograms(
  kind: RateKind,
  stretch: Stretch<RolledHistograms>,
  { block, element, rangeMs, series }: RolledTarget,
  context: RangeContext,
): void {
  const { of, from, to } = stretch;
  const first = of.histograms[from]!.first;
  const last = of.lastHistograms[to - 1]!;
  const gauges = [first, last].filter(({ counterReset }) => counterReset === 'gauge').length;
  if (kind.counter && gauges > 0) noteNotCounter(series, context);
  if (!kind.counter && gauges < 2) noteNotGauge(series, context);
  const zeroMs = kind.counter ? zeroOf(stretch) : null;
  const sum = riseOfHistograms(stretch, kind.counter);
  if (sum === null || (zeroMs !== null && !sum.add(first))) {
    noteMixedSchemas(series, context);
    return;
  }
  if (sum.boundsReconciled) noteReconciled('subtraction', context);
  const increase = asGauge(sum.finish());
  const start = kind.counter && !beginsBefore(stretch, from) ? first.count : Number.NaN;
  const scaled = scaleHistogram(increase, extrapolation(stretch, rangeMs, zeroMs, start, increase.count));
  setHistogram(block, element, kind.perSecond ? divideHistogram(scaled, rangeMs / 1000) : scaled);
}

/** By how much the histograms rose within the stretch; null when their layouts do not fit. */
function riseOfHistograms(stretch: Stretch<RolledHistograms>, counter: boolean): HistogramSum | null {
  const { of, from, to } = stretch;
  const end = to - 1;
  const fits: boolean[] = [];
  let sum: HistogramSum;
  const add = (histogram: Histogram, factor: number): void => {
    const scaled = Math.abs(factor) === 1 ? histogram : scaleHistogram(histogram, Math.abs(factor));
    if (factor !== 0) fits.push(sum.add(scaled, factor < 0 ? -1 : 1));
  };
  const addRise = (at: number, share: number): void => {
    const { first, resets } = of.histograms[at]!;
    add(of.lastHistograms[at]!, share);
    add(first, -share);
    if (counter && resets !== null) add(resets, share);
  };
  if (from === end) {
    sum = new HistogramSum(scaleHistogram(of.lastHistograms[end]!, 0));
    addRise(from, shareOf(stretch, from));
  } else {
    const cutStart = beginsBefore(stretch, from);
    const cutEnd = endsBehind(stretch, end);
    sum = new HistogramSum(cutEnd ? of.histograms[end]!.first : of.lastHistograms[end]!);
    if (cutEnd) addRise(end, shareOf(stretch, end));
    add(cutStart ? of.lastHistograms[from]! : of.histograms[from]!.first, -1);
    if (cutStart) addRise(from, shareOf(stretch, from));
    for (let at = from; counter && at < to; at++) {
      const { first, resets } = of.histograms[at]!;
      const isCounted = (at === from && cutStart) || (at === end && cutEnd);
      if (resets !== null && !isCounted) add(resets, 1);
      if (at > from && (startedBetween(stretch, at) || detectReset(first, of.lastHistograms[at - 1]!)))
        add(of.lastHistograms[at - 1]!, 1);
    }
  }
  // A counter's layout is the coarsest that any sample has.
  for (let at = from; counter && at < to; at++) fits.push(sum.add(scaleHistogram(of.histograms[at]!.sum, 0)));
  return fits.includes(false) ? null : sum;
}
