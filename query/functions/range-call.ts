import type { Call, Expr } from '@tocsin/protocol/promql/expr.ts';
import { typeOf } from '@tocsin/protocol/promql/operators.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import { ABSENT, type Block, FLOAT } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { fillRolledRow } from '../rolled/fill-rolled-row.ts';
import type { RowSource } from '../row-source.ts';
import { createRangeSeries, loadSeries, type RangeSeries, windowStart } from '../selectors/range-series.ts';
import { readRange } from '../selectors/range-source.ts';
import { stepTime } from '../steps.ts';
import { createCounterNameNote } from './counter-name.ts';
import { checkExtension } from './extension.ts';
import { noteIgnored } from './histogram-notes.ts';
import type { FillFloats, RangeContext, RangeFunction } from './range-function.ts';

const NO_STARTS: Pick<RangeFunction, 'withStarts'> = {};

/** Starts that are the same all over and lie before all windows tell nothing. */
function startsMatter({ startsMs, windows }: RangeSeries): boolean {
  if (startsMs === null || startsMs.length === 0) return false;
  const first = startsMs[0]!;
  for (let i = 1; i < startsMs.length; i++) if (startsMs[i] !== first) return true;
  return first > windowStart(windows, 0);
}

/** A call whose function turns the windows of a range vector into samples: a row a series. */
export async function openRangeCall(
  evaluation: Evaluation,
  call: Call,
  fn: RangeFunction,
): Promise<RowSource> {
  const { steps, budget, notes } = evaluation;
  const rangeArg = call.args.find((arg) => typeOf(arg) === 'matrix')!;
  checkExtension(call, rangeArg);
  const scalars = await scalarArguments(evaluation, call.args);
  const around = { ...evaluation.around, function: call.name };
  const source = await readRange({ ...evaluation, around }, rangeArg, fn.rolled?.needs ?? null);
  const context: RangeContext = {
    notes,
    position: withoutParens(call.args[0]!).position,
    scalars,
    evaluationTime: (step) => stepTime(steps, step),
    extension: source.extension,
    lookbackMs: evaluation.lookbackMs,
  };
  const series = createRangeSeries(source.windows);
  const fillFloats = fn.fillFloats?.(source.windows) ?? null;
  const noteCounterName = createCounterNameNote(context);
  const ofCounter = call.name === 'rate' || call.name === 'increase';
  return {
    labels: source.series.map(({ labels }) => labels),
    dropName: source.series.map((_series, i) => (fn.keepsName === true ? source.dropName(i) : true)),
    sources: source.series,
    fill(index, block, row) {
      const columns = source.series[index]!.read();
      if (columns.rollups && fn.rolled && source.extension === null) {
        budget.samplesQueried += fillRolledRow(fn.rolled, columns, source.windows, block, row, context);
        const filled = countPresent(block, row);
        const hasFloats = columns.histograms?.includes(null) ?? true;
        if (ofCounter && filled > 0 && hasFloats) noteCounterName(columns.labels);
        return filled;
      }
      if (columns.rollups) noteLastOnly(call.name, context);
      const samples = loadSeries(series, columns, source.dropName(index));
      budget.samplesQueried += samples;
      const filled = fillRow(block, row, series, fn, fillFloats, context);
      if (ofCounter && filled > 0 && (series.histograms.length === 0 || hasFloat(block, row)))
        noteCounterName(series.labels);
      return filled;
    },
  };
}

async function scalarArguments(evaluation: Evaluation, args: readonly Expr[]): Promise<Float64Array[]> {
  const scalars: Float64Array[] = [];
  for (const arg of args) {
    if (typeOf(arg) !== 'scalar') continue;
    const value = await evaluation.evaluate({ ...evaluation, anyOrder: false }, arg);
    if (value.kind === 'scalar') scalars.push(value.values);
  }
  return scalars;
}

function hasFloat({ kinds, steps }: Block, row: number): boolean {
  return kinds.subarray(row * steps, (row + 1) * steps).includes(FLOAT);
}

function countPresent(block: Block, row: number): number {
  const { kinds, steps } = block;
  let count = 0;
  for (let i = row * steps; i < (row + 1) * steps; i++) if (kinds[i] !== ABSENT) count++;
  return count;
}

function fillRow(
  block: Block,
  row: number,
  series: RangeSeries,
  fn: RangeFunction,
  fillFloats: FillFloats | null,
  context: RangeContext,
): number {
  const { floatStart, floatEnd, histogramStart, histogramEnd, windows } = series;
  const base = row * windows.steps;
  const floatsOnly = series.histograms.length === 0;
  if (context.extension !== null && fn.mixed !== undefined) {
    for (let step = 0; step < windows.steps; step++) fn.mixed(series, step, block, base + step, context);
    return countPresent(block, row);
  }
  const { withStarts } = startsMatter(series) ? fn : NO_STARTS;
  if (floatsOnly && fillFloats !== null && withStarts === undefined) return fillFloats(series, block, base);
  for (let step = 0; step < windows.steps; step++) {
    const start = floatStart[step]!;
    const end = floatEnd[step]!;
    const hasHistograms = !floatsOnly && histogramEnd[step]! > histogramStart[step]!;
    if (fn.check !== undefined && (hasHistograms || end > start)) fn.check(step, context);
    if (hasHistograms && fn.mixed !== undefined) {
      fn.mixed(series, step, block, base + step, context);
      continue;
    }
    if (withStarts !== undefined && end > start) {
      withStarts(series, step, block, base + step, context);
      continue;
    }
    if (hasHistograms && end > start) noteIgnored(series, context);
    if (end - start < fn.samplesMin || end === start) continue;
    block.values[base + step] = fn.float(series, start, end, step, context);
    block.kinds[base + step] = FLOAT;
  }
  return countPresent(block, row);
}

function noteLastOnly(name: string, { notes, position }: RangeContext): void {
  notes.info(
    `samples of this range are kept as roll-ups only, which do not tell ${name}: it is of the last sample of each`,
    position,
  );
}
