import { compareLabels, getLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Call } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, type Block, FLOAT, HISTOGRAM } from '../block.ts';
import { takeRows, withoutEmptyRows } from '../block-rows.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { inTurns } from '../in-turns.ts';
import { sortInTurns } from '../sort-in-turns.ts';
import { type CallFunction, stringArgument, vectorArgument } from './call-function.ts';
import { compareNatural } from './natural-order.ts';

/** `sort` and `sort_desc`: by value, NaN last. Only an instant query keeps the order. */
export function sortByValue(descending: boolean): CallFunction {
  return async (evaluation, call) => {
    noteRange(evaluation, call);
    const block = await vectorArgument(evaluation, call, 0);
    if (block.steps !== 1)
      return { kind: 'vector', block: await withoutHistograms(block, evaluation.budget) };
    const rows = block.labels.map((_labels, row) => row).filter((row) => block.kinds[row] === FLOAT);
    const direction = descending ? -1 : 1;
    const compare = (a: number, b: number): number => {
      const x = block.values[a]!;
      const y = block.values[b]!;
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return direction * (x < y ? -1 : x > y ? 1 : 0);
    };
    const sorted = await sortInTurns(rows, compare, evaluation.budget);
    return { kind: 'vector', block: await takeRows(block, sorted, evaluation.budget) };
  };
}

/** `sort_by_label` and `sort_by_label_desc`: by the labels given, numbers in them by size, then by all labels. */
export function sortByLabel(descending: boolean): CallFunction {
  return async (evaluation, call) => {
    noteRange(evaluation, call);
    const names = call.args.slice(1).map((_arg, i) => stringArgument(call, i + 1));
    const block = await vectorArgument(evaluation, call, 0);
    if (block.steps !== 1) return { kind: 'vector', block };
    const direction = descending ? -1 : 1;
    const rows = block.labels.map((_labels, row) => row);
    const compare = (a: number, b: number): number => {
      const x = block.labels[a]!;
      const y = block.labels[b]!;
      for (const name of names) {
        const order = compareNatural(getLabel(x, name), getLabel(y, name));
        if (order !== 0) return direction * order;
      }
      return direction * compareLabels(x, y);
    };
    const sorted = await sortInTurns(rows, compare, evaluation.budget);
    return { kind: 'vector', block: await takeRows(block, sorted, evaluation.budget) };
  };
}

async function withoutHistograms(block: Block, budget: Budget): Promise<Block> {
  if (block.histograms === null) return block;
  await inTurns(block.kinds.length, 1, budget, (from, to) => {
    for (let i = from; i < to; i++) if (block.kinds[i] === HISTOGRAM) block.kinds[i] = ABSENT;
  });
  block.histograms = null;
  return await withoutEmptyRows(block, budget);
}

function noteRange(evaluation: Evaluation, call: Call): void {
  if (evaluation.query.stepMs === 0) return;
  evaluation.notes.warn(
    'sort is ineffective for range queries since results are always ordered by labels',
    call.position,
  );
}
