import type { Selector } from '@tocsin/protocol/promql/expr.ts';
import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import { type Block, FLOAT, setFloat, setHistogram } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { materialize, type RowSource } from '../row-source.ts';
import type { RollupNeeds } from '../storage.ts';
import { openSeries } from './select-series.ts';
import { smoothedSelector } from './smoothed.ts';
import { type ReferenceTimes, referenceTimes } from './time-shift.ts';

/** Of a roll-up that a step cuts the first sample stands for what is not known. */
const NEAREST: RollupNeeds = { whole: null, cut: ['last', 'first', 'firstTimestampsMs'] };

/** What of the samples a selector gives: their values, or in seconds their times or when their counters began (0: not known). */
export type SampleAspect = 'value' | 'timestamp' | 'start';

/** The newest sample of each series in (t - lookback, t] at every step; a stale marker hides what is before it. */
export async function openSelector(
  evaluation: Evaluation,
  selector: Selector,
  aspect: SampleAspect = 'value',
): Promise<RowSource> {
  const times = referenceTimes(evaluation, selector);
  const { lookbackMs, budget } = evaluation;
  const series = await openSeries(evaluation, {
    matchers: selector.matchers,
    minTimestampMs: times.firstMs - lookbackMs,
    maxTimestampMs: times.lastMs,
    rangeMs: 0,
    references: times,
    rollups: NEAREST,
  });
  return {
    labels: series.map(({ labels }) => labels),
    dropName: new Array(series.length).fill(false),
    sources: series,
    fill(index, block, row) {
      const columns = series[index]!.read();
      const fill = columns.rollups ? fillRolledRow : fillRow;
      const found = fill(block, row, columns, times, lookbackMs, aspect);
      budget.samplesQueried += found;
      return found;
    },
  };
}

export async function evaluateSelector(
  evaluation: Evaluation,
  selector: Selector,
  aspect: SampleAspect = 'value',
): Promise<Block> {
  if (selector.extension === 'smoothed') return smoothedSelector(evaluation, selector);
  return materialize(evaluation, await openSelector(evaluation, selector, aspect));
}

function fillRow(
  block: Block,
  row: number,
  columns: SeriesColumns,
  times: ReferenceTimes,
  lookbackMs: number,
  aspect: SampleAspect,
): number {
  const { timestampsMs, values, histograms, startsMs } = columns;
  const { steps } = block;
  const base = row * steps;
  let found = 0;
  let next = firstAfter(timestampsMs, times.firstMs);
  let reference = times.firstMs;
  for (let step = 0; step < steps; step++, reference += times.stepMs) {
    while (next < timestampsMs.length && timestampsMs[next]! <= reference) next++;
    const index = next - 1;
    if (index < 0) continue;
    const timestamp = timestampsMs[index]!;
    if (timestamp <= reference - lookbackMs) continue;
    const histogram = histograms?.[index];
    if (histogram) {
      if (aspect === 'value') setHistogram(block, base + step, histogram);
      else setFloat(block, base + step, (aspect === 'start' ? (startsMs?.[index] ?? 0) : timestamp) / 1000);
      found++;
      continue;
    }
    const value = values[index]!;
    if (Number.isNaN(value) && isStaleAt(values, index)) continue;
    block.values[base + step] =
      aspect === 'value' ? value : (aspect === 'start' ? (startsMs?.[index] ?? 0) : timestamp) / 1000;
    block.kinds[base + step] = FLOAT;
    found++;
  }
  return found;
}

/** A step that cuts a roll-up has its first sample, however long ago: it surely has one not older than the roll-up is wide. */
function fillRolledRow(
  block: Block,
  row: number,
  columns: SeriesColumns,
  times: ReferenceTimes,
  lookbackMs: number,
  aspect: SampleAspect,
): number {
  const { timestampsMs, values, histograms, startsMs } = columns;
  const { firstTimestampsMs, first, firstStartsMs, histograms: rolled } = columns.rollups!;
  const base = row * block.steps;
  let found = 0;
  for (let step = 0; step < block.steps; step++) {
    const reference = times.firstMs + step * times.stepMs;
    const at = firstAfter(firstTimestampsMs, reference) - 1;
    if (at < 0) continue;
    const isCut = timestampsMs[at]! > reference;
    if (!isCut && timestampsMs[at]! <= reference - lookbackMs) continue;
    const timestampMs = isCut ? firstTimestampsMs[at]! : timestampsMs[at]!;
    const histogram = isCut ? rolled?.[at]?.first : histograms?.[at];
    const counterStartMs = (isCut ? firstStartsMs?.[at] : startsMs?.[at]) ?? 0;
    if (aspect !== 'value')
      setFloat(block, base + step, (aspect === 'start' ? counterStartMs : timestampMs) / 1000);
    else if (histogram) setHistogram(block, base + step, histogram);
    else setFloat(block, base + step, isCut ? first[at]! : values[at]!);
    found++;
  }
  return found;
}
