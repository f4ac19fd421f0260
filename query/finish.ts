import { compareLabels } from '@tocsin/protocol/labels/labels.ts';
import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { type Block, HISTOGRAM } from './block.ts';
import { withoutEmptyRows } from './block-rows.ts';
import type { Budget } from './budget.ts';
import type { Evaluation } from './evaluation.ts';
import { SAMPLE_BYTES } from './memory.ts';
import { mergeEqualRows } from './merge-rows.ts';
import { dropReserved } from './reserved-labels.ts';
import type { MatrixResult, VectorResult } from './result.ts';
import { createRangeSeries, loadSeries, type RangeSeries } from './selectors/range-series.ts';
import { readRange, toColumns } from './selectors/range-source.ts';
import { sortInTurns } from './sort-in-turns.ts';
import type { Value } from './value.ts';

/** Removes the names marked for it, which may make rows equal: then they must not overlap. */
async function finishBlock(block: Block, budget: Budget): Promise<Block> {
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(20)) await budget.pause();
    if (!block.dropName[row]) continue;
    block.labels[row] = dropReserved(block.labels[row]!);
    block.dropName[row] = false;
  }
  return mergeEqualRows(await withoutEmptyRows(block, budget), budget);
}

export async function finishVector(block: Block, timestampMs: number, budget: Budget): Promise<VectorResult> {
  const { labels, values, kinds, histograms } = await finishBlock(block, budget);
  if (histograms === null) return { kind: 'vector', timestampMs, labels, values, histograms: null };
  const column = labels.map((_labels, row) => (kinds[row] === HISTOGRAM ? histograms[row]! : null));
  return {
    kind: 'vector',
    timestampMs,
    labels,
    values: values.map((v, row) => (kinds[row] === HISTOGRAM ? Number.NaN : v)),
    histograms: column,
  };
}

export async function finishMatrix(value: Value, { steps, budget }: Evaluation): Promise<MatrixResult> {
  if (value.kind === 'string') return { kind: 'matrix', series: [] };
  if (value.kind === 'scalar') {
    const timestampsMs = value.values.map((_value, step) => steps.startMs + step * steps.stepMs);
    return { kind: 'matrix', series: [{ labels: [], timestampsMs, values: value.values }] };
  }
  const block = await finishBlock(value.block, budget);
  budget.holdBytes(block.values.length * SAMPLE_BYTES);
  const series = await toColumns(block, steps.startMs, steps.stepMs, budget);
  return { kind: 'matrix', series: await sortByLabels(series, budget) };
}

/** A range vector as the answer of an instant query: the samples in its one window. */
export async function finishRangeVector(evaluation: Evaluation, expr: Expr): Promise<MatrixResult> {
  const source = await readRange(evaluation, expr, null);
  const range = createRangeSeries(source.windows);
  const result: SeriesColumns[] = [];
  for (const [i, one] of source.series.entries()) {
    const samples = loadSeries(range, one.read(), false);
    if (samples === 0) continue;
    evaluation.budget.samplesQueried += samples;
    evaluation.budget.hold(samples, samples * SAMPLE_BYTES);
    const labels = source.dropName(i) ? dropReserved(one.labels) : one.labels;
    result.push({ ...windowColumns(range), labels });
  }
  return { kind: 'matrix', series: await sortByLabels(result, evaluation.budget) };
}

async function sortByLabels(series: SeriesColumns[], budget: Budget): Promise<SeriesColumns[]> {
  return await sortInTurns(series, (a, b) => compareLabels(a.labels, b.labels), budget);
}

function windowColumns(range: RangeSeries): Omit<SeriesColumns, 'labels'> {
  const [start, end] = [range.floatStart[0]!, range.floatEnd[0]!];
  const [histogramStart, histogramEnd] = [range.histogramStart[0]!, range.histogramEnd[0]!];
  if (histogramEnd === histogramStart) {
    return { timestampsMs: range.times.slice(start, end), values: range.values.slice(start, end) };
  }
  const samples = [];
  for (let i = start; i < end; i++)
    samples.push({ timeMs: range.times[i]!, value: range.values[i]!, histogram: null });
  for (let i = histogramStart; i < histogramEnd; i++) {
    samples.push({ timeMs: range.histogramTimes[i]!, value: Number.NaN, histogram: range.histograms[i]! });
  }
  samples.sort((a, b) => a.timeMs - b.timeMs);
  return {
    timestampsMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values: Float64Array.from(samples, ({ value }) => value),
    histograms: samples.map(({ histogram }) => histogram),
  };
}
