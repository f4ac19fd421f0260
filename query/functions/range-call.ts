import { getLabel, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Call, Expr } from '@tocsin/protocol/promql/expr.ts';
import { typeOf } from '@tocsin/protocol/promql/operators.ts';
import { type Block, FLOAT, isRowEmpty } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import { createRangeSeries, loadSeries, type RangeSeries } from '../selectors/range-series.ts';
import { readRange } from '../selectors/range-source.ts';
import { stepTime } from '../steps.ts';
import { noteCounterName } from './counter-name.ts';
import type { RangeContext, RangeFunction } from './range-function.ts';

/** Evaluates a call whose function turns the windows of a range vector into samples. */
export async function evaluateRangeCall(
  evaluation: Evaluation,
  call: Call,
  fn: RangeFunction,
): Promise<Block> {
  const { steps, budget, notes } = evaluation;
  const rangeArg = call.args.find((arg) => typeOf(arg) === 'matrix')!;
  checkExtension(call, rangeArg);
  const scalars = await scalarArguments(evaluation, call.args);
  const source = await readRange(
    { ...evaluation, around: { ...evaluation.around, function: call.name } },
    rangeArg,
  );
  const context: RangeContext = {
    notes,
    position: rangeArg.position,
    callPosition: call.position,
    scalars,
    evaluationTime: (step) => stepTime(steps, step),
    extension: source.extension,
    lookbackMs: evaluation.lookbackMs,
  };
  const builder = new BlockBuilder(steps.count, source.series.length);
  const series = createRangeSeries(source.windows);
  for (let i = 0; i < source.series.length; i++) {
    const samples = loadSeries(series, source.series[i]!, source.dropName(i));
    if (budget.due(samples + steps.count)) await budget.pause();
    budget.samplesQueried += samples;
    const row = builder.addRow(series.labels, fn.keepsName === true ? series.dropName : true);
    fillRow(builder.block, row, series, fn, context);
    if (isRowEmpty(builder.block, row)) {
      builder.dropLastRow();
      continue;
    }
    budget.hold(steps.count);
    if (call.name === 'rate' || call.name === 'increase') noteCounterName(series, context);
  }
  return builder.finish();
}

const EXTENDABLE = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
} as const;

/** Only some functions know what to do with an extended selector. */
export function checkExtension(call: Call, arg: Expr): void {
  let inner = arg;
  while (inner.kind === 'paren') inner = inner.operand;
  const extension = inner.kind === 'range' ? inner.selector.extension : null;
  if (extension === null) return;
  const allowed: readonly string[] = EXTENDABLE[extension];
  if (allowed.includes(call.name)) return;
  const detail = `${extension} modifier can only be used with: ${allowed.join(', ')} - not with ${call.name}`;
  throw new QueryError('bad_data', detail);
}

async function scalarArguments(evaluation: Evaluation, args: readonly Expr[]): Promise<Float64Array[]> {
  const scalars: Float64Array[] = [];
  for (const arg of args) {
    if (typeOf(arg) !== 'scalar') continue;
    const value = await evaluation.evaluate(evaluation, arg);
    if (value.kind === 'scalar') scalars.push(value.values);
  }
  return scalars;
}

function fillRow(
  block: Block,
  row: number,
  series: RangeSeries,
  fn: RangeFunction,
  context: RangeContext,
): void {
  const { floatStart, floatEnd, histogramStart, histogramEnd, windows } = series;
  const base = row * windows.steps;
  const floatsOnly = series.histograms.length === 0;
  if (context.extension !== null && fn.mixed !== undefined) {
    for (let step = 0; step < windows.steps; step++) fn.mixed(series, step, block, base + step, context);
    return;
  }
  if (floatsOnly && fn.floats !== undefined) {
    fn.floats(series, block, base, context);
    return;
  }
  for (let step = 0; step < windows.steps; step++) {
    const start = floatStart[step]!;
    const end = floatEnd[step]!;
    const hasHistograms = !floatsOnly && histogramEnd[step]! > histogramStart[step]!;
    if (hasHistograms && fn.mixed !== undefined) {
      fn.mixed(series, step, block, base + step, context);
      continue;
    }
    if (hasHistograms && end > start) noteIgnored(series, context);
    if (end - start < fn.samplesMin || end === start) continue;
    block.values[base + step] = fn.float(series, start, end, step, context);
    block.kinds[base + step] = FLOAT;
  }
}

function noteIgnored(series: RangeSeries, context: RangeContext): void {
  const name = JSON.stringify(getLabel(series.labels, METRIC_NAME));
  context.notes.info(
    `ignored histograms in a range containing both floats and histograms for metric name ${name}`,
    context.position,
  );
}
