import { scaleHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import { setFloat, setHistogram } from '../block.ts';
import { compensatedSum } from '../compensated-sum.ts';
import { noteMixedSamples, noteMixedSchemas, noteReconciled } from '../functions/histogram-notes.ts';
import { AVERAGE_SCALE } from '../functions/histograms-over-time.ts';
import type { RangeContext } from '../functions/range-function.ts';
import type { RollupNeeds } from '../storage.ts';
import type { RolledFunction, RolledTarget } from './rolled-function.ts';
import {
  beginsBefore,
  endsBehind,
  isCut,
  type RolledHistograms,
  type Stretch,
  samplesOf,
  shareOf,
} from './rolled-series.ts';

/** Whether a window is cut its first sample's time tells. */
function needs(...columns: RollupColumn[]): RollupNeeds {
  return { whole: columns, cut: [...columns, 'firstTimestampsMs'] };
}

let scratch = new Float64Array(64);

/** The sum of a column over the stretch, of cut windows their share. */
function sumOf(stretch: Stretch, column: Float64Array): number {
  const { from, to } = stretch;
  if (!isCut(stretch)) return compensatedSum(column, from, to);
  if (scratch.length < to - from) scratch = new Float64Array((to - from) * 2);
  for (let i = from; i < to; i++) scratch[i - from] = column[i]! * shareOf(stretch, i);
  return compensatedSum(scratch, 0, to - from);
}

function extremeOf(
  { from, to }: Stretch,
  column: Float64Array,
  better: (a: number, b: number) => boolean,
): number {
  let best = column[from]!;
  for (let i = from + 1; i < to; i++) if (better(column[i]!, best) || Number.isNaN(best)) best = column[i]!;
  return best;
}

/** The last sample of the stretch that is known: of a window that its end cuts the first one. */
export function lastOf(stretch: Stretch): {
  readonly at: number;
  readonly isLast: boolean;
  readonly timestampMs: number;
} {
  const at = stretch.to - 1;
  const isLast = !endsBehind(stretch, at) || beginsBefore(stretch, at);
  const timestampMs = isLast
    ? Math.min(stretch.of.lastMs[at]!, stretch.endMs)
    : stretch.of.rollups.firstTimestampsMs[at]!;
  return { at, isLast, timestampMs };
}

/** The first one, of a window that its start cuts the last. */
function firstOf(stretch: Stretch): ReturnType<typeof lastOf> {
  const at = stretch.from;
  const isLast = beginsBefore(stretch, at);
  const { lastMs, rollups } = stretch.of;
  const timestampMs = isLast ? Math.min(lastMs[at]!, stretch.endMs) : rollups.firstTimestampsMs[at]!;
  return { at, isLast, timestampMs };
}

const isEmpty = ({ from, to }: Stretch): boolean => from >= to;

function edge(
  edgeOf: typeof lastOf,
  isWinner: (floatMs: number, histogramMs: number) => boolean,
): Omit<RolledFunction, 'needs'> {
  return {
    float: (stretch) => {
      const { at, isLast } = edgeOf(stretch);
      return isLast ? stretch.of.last[at]! : stretch.of.rollups.first[at]!;
    },
    mixed: (floats, histograms, { block, element }) => {
      const found = edgeOf(histograms);
      const float = isEmpty(floats) ? null : edgeOf(floats);
      if (float && isWinner(float.timestampMs, found.timestampMs)) {
        setFloat(
          block,
          element,
          float.isLast ? floats.of.last[float.at]! : floats.of.rollups.first[float.at]!,
        );
        return;
      }
      const { lastHistograms, histograms: rollups } = histograms.of;
      setHistogram(block, element, found.isLast ? lastHistograms[found.at]! : rollups[found.at]!.first);
    },
  };
}

function timeOfEdge(
  edgeOf: typeof lastOf,
  pick: (...times: number[]) => number,
): Omit<RolledFunction, 'needs'> {
  return {
    float: (stretch) => edgeOf(stretch).timestampMs / 1000,
    mixed: (floats, histograms, { block, element }) => {
      const found = edgeOf(histograms).timestampMs;
      setFloat(block, element, (isEmpty(floats) ? found : pick(found, edgeOf(floats).timestampMs)) / 1000);
    },
  };
}

/** The sum of the histograms, `scale` times as large; null (with a note) when they do not fit together. */
function sumHistograms(
  floats: Stretch,
  stretch: Stretch<RolledHistograms>,
  series: RolledTarget['series'],
  context: RangeContext,
  scale: number,
): Histogram | null {
  if (!isEmpty(floats)) {
    noteMixedSamples(series, context);
    return null;
  }
  const { of, from, to } = stretch;
  const scaled = (at: number): Histogram => {
    const factor = scale * shareOf(stretch, at);
    return factor === 1 ? of.histograms[at]!.sum : scaleHistogram(of.histograms[at]!.sum, factor);
  };
  const sum = new HistogramSum(scaled(from));
  for (let at = from + 1; at < to; at++) {
    if (sum.add(scaled(at))) continue;
    noteMixedSchemas(series, context);
    return null;
  }
  if (sum.boundsReconciled) noteReconciled('aggregation', context);
  return sum.finish();
}

/** The functions of `..._over_time` that roll-ups answer. */
export const rolledOverTime: Readonly<Record<string, RolledFunction>> = {
  sum_over_time: {
    needs: needs('sum'),
    float: (stretch) => sumOf(stretch, stretch.of.rollups.sum),
    mixed: (floats, histograms, { block, element, series }, context) => {
      const sum = sumHistograms(floats, histograms, series, context, 1);
      if (sum !== null) setHistogram(block, element, sum);
    },
  },
  avg_over_time: {
    needs: needs('sum', 'count'),
    float: (stretch) => sumOf(stretch, stretch.of.rollups.sum) / samplesOf(stretch),
    mixed: (floats, histograms, { block, element, series }, context) => {
      const sum = sumHistograms(floats, histograms, series, context, AVERAGE_SCALE);
      if (sum === null) return;
      setHistogram(block, element, scaleHistogram(sum, 1 / AVERAGE_SCALE / samplesOf(histograms)));
    },
  },
  min_over_time: {
    needs: needs('min'),
    float: (stretch) => extremeOf(stretch, stretch.of.rollups.min, (a, b) => a < b),
  },
  max_over_time: {
    needs: needs('max'),
    float: (stretch) => extremeOf(stretch, stretch.of.rollups.max, (a, b) => a > b),
  },
  count_over_time: {
    needs: needs('count'),
    float: (stretch) => Math.max(1, Math.round(samplesOf(stretch))),
    mixed: (floats, histograms, { block, element }) => {
      const count = samplesOf(histograms) + (isEmpty(floats) ? 0 : samplesOf(floats));
      setFloat(block, element, Math.max(1, Math.round(count)));
    },
  },
  present_over_time: {
    needs: needs(),
    float: () => 1,
    mixed: (_floats, _histograms, { block, element }) => setFloat(block, element, 1),
  },
  last_over_time: {
    needs: { whole: ['last'], cut: ['last', 'first', 'firstTimestampsMs'] },
    ...edge(lastOf, (floatMs, histogramMs) => floatMs > histogramMs),
  },
  first_over_time: {
    needs: { whole: ['first', 'firstTimestampsMs'], cut: ['last', 'first', 'firstTimestampsMs'] },
    ...edge(firstOf, (floatMs, histogramMs) => floatMs < histogramMs),
  },
  ts_of_last_over_time: { needs: needs(), ...timeOfEdge(lastOf, Math.max) },
  ts_of_first_over_time: {
    needs: { whole: ['firstTimestampsMs'], cut: ['firstTimestampsMs'] },
    ...timeOfEdge(firstOf, Math.min),
  },
};
