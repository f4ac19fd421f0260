import type { Expr, RangeSelector, Subquery } from '@tocsin/protocol/promql/expr.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { ABSENT, type Block, HISTOGRAM } from '../block.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { RollupNeeds, SeriesSource } from '../storage.ts';
import type { Windows } from './range-series.ts';
import { inMemory, openSeries } from './select-series.ts';
import { positiveMs, referenceTimes } from './time-shift.ts';

/** A range vector as its functions read it: the samples of all windows, and where the windows lie. */
export interface RangeSource {
  readonly series: readonly SeriesSource[];
  readonly dropName: (index: number) => boolean;
  readonly windows: Windows;
  readonly extension: 'anchored' | 'smoothed' | null;
}

/** Reads a range selector or a subquery (parentheses allowed); `rollups` is what would do in the place of samples. */
export async function readRange(
  evaluation: Evaluation,
  expr: Expr,
  rollups: RollupNeeds | null,
): Promise<RangeSource> {
  switch (expr.kind) {
    case 'paren':
      return readRange(evaluation, expr.operand, rollups);
    case 'range':
      return readRangeSelector(evaluation, expr, rollups);
    case 'subquery':
      return readSubquery(evaluation, expr);
    default:
      throw new QueryError('execution', `Cannot read a range vector from a ${expr.kind} expression`);
  }
}

async function readRangeSelector(
  evaluation: Evaluation,
  expr: RangeSelector,
  rollups: RollupNeeds | null,
): Promise<RangeSource> {
  const { selector } = expr;
  const references = referenceTimes(evaluation, selector);
  const rangeMs = positiveMs(evaluation, expr.range);
  const { extension } = selector;
  const before = extension === null ? 0 : evaluation.lookbackMs;
  const after = extension === 'smoothed' ? evaluation.lookbackMs : 0;
  const series = await openSeries(evaluation, {
    matchers: selector.matchers,
    minTimestampMs: references.firstMs - rangeMs - before,
    maxTimestampMs: references.lastMs + after,
    rangeMs,
    references,
    rollups: extension === null ? rollups : null,
  });
  const windows = { steps: evaluation.steps.count, references, rangeMs };
  return { series, dropName: () => false, windows, extension };
}

async function readSubquery(evaluation: Evaluation, expr: Subquery): Promise<RangeSource> {
  const references = referenceTimes(evaluation, expr);
  const rangeMs = positiveMs(evaluation, expr.range);
  const stepMs =
    expr.step === null ? evaluation.budget.limits.subqueryStepMs : positiveMs(evaluation, expr.step);
  const windows = { steps: evaluation.steps.count, references, rangeMs };
  // The steps of a subquery are multiples of its resolution, wherever the query starts, and left-open.
  const startMs = (Math.floor((references.firstMs - rangeMs) / stepMs) + 1) * stepMs;
  const count = Math.floor((references.lastMs - startMs) / stepMs) + 1;
  if (count <= 0) return { series: [], dropName: () => false, windows, extension: null };
  if (count > evaluation.budget.limits.subqueryPointsMax) {
    throw new QueryError(
      'execution',
      `a subquery would be evaluated at ${count} points, more than the limit of ${evaluation.budget.limits.subqueryPointsMax}; raise its resolution`,
      { limit: 'subqueryPointsMax' },
    );
  }
  const value = await evaluation.evaluate(
    { ...evaluation, detectsResets: false, anyOrder: false, steps: { startMs, stepMs, count } },
    expr.operand,
  );
  if (value.kind !== 'vector')
    throw new QueryError('execution', `subquery is only allowed on instant vector, got ${value.kind}`);
  const { block } = value;
  forgetResets(block);
  return {
    series: (await toColumns(block, startMs, stepMs, evaluation.budget)).map(inMemory),
    dropName: (i) => block.dropName[i]!,
    windows,
    extension: null,
  };
}

/** A subquery may repeat a sample or skip some, so what a hint says about the sample before does not hold. */
function forgetResets(block: Block): void {
  block.histograms?.forEach((histogram, i) => {
    if (histogram === null || histogram.counterReset === 'gauge') return;
    block.histograms![i] = { ...histogram, counterReset: 'unknown' };
  });
}

/** The present samples of each row as a series. */
export async function toColumns(
  block: Block,
  startMs: number,
  stepMs: number,
  budget: Budget,
): Promise<SeriesColumns[]> {
  const result: SeriesColumns[] = [];
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(block.steps)) await budget.pause();
    result.push(rowColumns(block, row, startMs, stepMs));
  }
  return result;
}

function rowColumns(block: Block, row: number, startMs: number, stepMs: number): SeriesColumns {
  const { steps, kinds, values, histograms } = block;
  const labels = block.labels[row]!;
  const base = row * steps;
  let count = 0;
  let hasHistograms = false;
  for (let i = base; i < base + steps; i++) {
    if (kinds[i] !== ABSENT) count++;
    if (kinds[i] === HISTOGRAM) hasHistograms = true;
  }
  const timestampsMs = new Float64Array(count);
  const column = new Float64Array(count);
  const histogramColumn = hasHistograms ? new Array(count).fill(null) : null;
  let target = 0;
  for (let step = 0; step < steps; step++) {
    const i = base + step;
    if (kinds[i] === ABSENT) continue;
    timestampsMs[target] = startMs + step * stepMs;
    if (kinds[i] === HISTOGRAM) {
      column[target] = Number.NaN;
      histogramColumn![target] = histograms![i];
    } else {
      column[target] = values[i]!;
    }
    target++;
  }
  const columns: SeriesColumns = { labels, timestampsMs, values: column };
  return histogramColumn === null ? columns : { ...columns, histograms: histogramColumn };
}
