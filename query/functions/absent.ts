import { type Labels, labelsFromPairs, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { ABSENT, blockOf, setFloat } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { inTurns } from '../in-turns.ts';
import { rolledOverTime } from '../rolled/over-time.ts';
import { stretchOf, toRolledSeries } from '../rolled/rolled-series.ts';
import { createRangeSeries, loadSeries, type Windows, windowEnd } from '../selectors/range-series.ts';
import { readRange } from '../selectors/range-source.ts';
import type { Value } from '../value.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';
import { checkExtension } from './extension.ts';

const PRESENCE = rolledOverTime['present_over_time']!;

/** 1 at the steps at which the vector is empty. */
export const absent: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const present = new Uint8Array(block.steps);
  await inTurns(block.kinds.length, 1, evaluation.budget, (from, to) => {
    for (let i = from; i < to; i++) if (block.kinds[i] !== ABSENT) present[i % block.steps] = 1;
  });
  return whereAbsent(evaluation, call.args[0]!, present);
};

/** 1 at the steps at which no series has a sample in its window. */
export const absentOverTime: CallFunction = async (evaluation, call) => {
  checkExtension(call, call.args[0]!);
  const source = await readRange(evaluation, call.args[0]!, PRESENCE.needs);
  const present = new Uint8Array(evaluation.steps.count);
  const series = createRangeSeries(source.windows);
  for (const [i, one] of source.series.entries()) {
    const columns = one.read();
    if (columns.rollups) {
      markRolled(columns, source.windows, present);
      continue;
    }
    const samples = loadSeries(series, columns, source.dropName(i));
    if (evaluation.budget.due(samples)) await evaluation.budget.pause();
    evaluation.budget.samplesQueried += samples;
    for (let step = 0; step < present.length; step++) {
      const floats = series.floatEnd[step]! - series.floatStart[step]!;
      if (floats + series.histogramEnd[step]! - series.histogramStart[step]! > 0) present[step] = 1;
    }
  }
  return whereAbsent(evaluation, call.args[0]!, present);
};

/** Steps whose windows have a part of any roll-up. */
function markRolled(columns: SeriesColumns, windows: Windows, present: Uint8Array): void {
  const { floats, histograms } = toRolledSeries(columns);
  for (let step = 0; step < present.length; step++) {
    const endMs = windowEnd(windows, step);
    for (const rolled of [floats, histograms]) {
      if (rolled === null) continue;
      const { from, to } = stretchOf(rolled, endMs - windows.rangeMs, endMs);
      if (from < to) present[step] = 1;
    }
  }
}

async function whereAbsent(evaluation: Evaluation, arg: Expr, present: Uint8Array): Promise<Value> {
  const block = blockOf(evaluation.steps.count, [labelsOfSelector(arg)], [false]);
  for (let step = 0; step < present.length; step++) if (present[step] === 0) setFloat(block, step, 1);
  return { kind: 'vector', block: await withoutEmptyRows(block, evaluation.budget) };
}

/** The labels the missing series would surely have: those the selector gives one value, once. */
function labelsOfSelector(arg: Expr): Labels {
  let expr = arg;
  while (expr.kind === 'paren') expr = expr.operand;
  const selector = expr.kind === 'range' ? expr.selector : expr;
  if (selector.kind !== 'selector') return [];
  const values = new Map<string, string | null>();
  for (const { kind, name, value } of selector.matchers) {
    if (name !== METRIC_NAME) values.set(name, kind === '=' && !values.has(name) ? value : null);
  }
  const pairs: [string, string][] = [];
  for (const [name, value] of values) if (value !== null) pairs.push([name, value]);
  return labelsFromPairs(pairs);
}
