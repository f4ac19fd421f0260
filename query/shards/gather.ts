import { compareLabels, type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Aggregation, Expr } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, type Block, blockOf, copyRow, setFloat } from '../block.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { placeOf } from '../parsed-queries.ts';
import { sortInTurns } from '../sort-in-turns.ts';
import type { Fragment, FragmentAnswer } from './fragment.ts';
import { packedBytes, rowsOf } from './packed-rows.ts';

/** The vector of an expression that is local to shards, each shard working out its own rows; sorted by labels. */
export async function gatherRows(evaluation: Evaluation, expr: Expr): Promise<Block> {
  const { budget, steps, anyOrder } = evaluation;
  const answers = await ask(evaluation, { ...fragmentOf(evaluation), wanted: 'rows', part: partOf(expr) });
  for (const { rows } of answers) budget.hold(rows.values.length, packedBytes(rows));
  const blocks: Block[] = [];
  for (const { rows } of answers) blocks.push(await rowsOf(rows, steps.count, budget));
  const [first, ...others] = blocks.filter(({ labels }) => labels.length > 0);
  if (first === undefined) return blockOf(steps.count, [], []);
  if (others.length === 0) return first;
  return await sideBySide([first, ...others], evaluation, !anyOrder);
}

/** The partial aggregates of each shard. */
export async function gatherAggregates(
  evaluation: Evaluation,
  expr: Aggregation,
): Promise<readonly FragmentAnswer[]> {
  return await ask(evaluation, { ...fragmentOf(evaluation), wanted: 'aggregate', part: partOf(expr) });
}

/** Rows with equal labels become one, their values added up: the counts of `count_values`. */
export async function addEqualRows(block: Block, budget: Budget): Promise<Block> {
  const { steps } = block;
  const rowOf = new Map<string, number>();
  const labels: Labels[] = [];
  const dropName: boolean[] = [];
  const target = new Uint32Array(block.labels.length);
  for (const [row, set] of block.labels.entries()) {
    if (budget.due(50)) await budget.pause();
    const key = labelsKey(set);
    let known = rowOf.get(key);
    if (known === undefined) {
      known = labels.length;
      rowOf.set(key, known);
      labels.push(set);
      dropName.push(block.dropName[row]!);
    }
    target[row] = known;
  }
  if (labels.length === block.labels.length) return block;
  const sum = blockOf(steps, labels, dropName);
  for (const [row, to] of target.entries()) {
    if (budget.due(steps)) await budget.pause();
    for (let step = 0; step < steps; step++) {
      const element = row * steps + step;
      if (block.kinds[element] !== ABSENT)
        setFloat(sum, to * steps + step, sum.values[to * steps + step]! + block.values[element]!);
    }
  }
  return sum;
}

function partOf(expr: Expr): Fragment['part'] {
  return placeOf(expr) ?? expr;
}

function fragmentOf(evaluation: Evaluation): Omit<Fragment, 'wanted' | 'part'> {
  const { steps, query, lookbackMs, detectsResets, anyOrder, around, budget, notes, trace } = evaluation;
  const { limits, elapsedMs } = budget;
  return {
    query: notes.query,
    steps,
    querySteps: query,
    lookbackMs,
    detectsResets,
    anyOrder,
    around,
    limits,
    explain: trace !== null,
    elapsedMs,
  };
}

async function ask(evaluation: Evaluation, fragment: Fragment): Promise<readonly FragmentAnswer[]> {
  const { storage, budget, notes, trace } = evaluation;
  budget.check();
  let answers: readonly FragmentAnswer[];
  try {
    answers = await storage.evaluate!(fragment, budget.signal);
  } catch (error) {
    // A shard that gives up because the caller did says so in its own way.
    budget.check();
    throw error;
  }
  budget.check();
  for (const { warnings, infos, cost } of answers) {
    notes.take(warnings, infos);
    budget.seriesSelected += cost.seriesSelected;
    budget.samplesQueried += cost.samplesQueried;
  }
  trace?.addShards(answers.map(({ explanation }) => explanation).filter((one) => one !== null));
  const total = (key: 'samplesPeak' | 'bytesPeak'): number =>
    answers.reduce((sum, { cost }) => sum + cost[key], 0);
  budget.heldElsewhere(total('samplesPeak'), total('bytesPeak'));
  return answers;
}

async function sideBySide(
  blocks: readonly Block[],
  { steps, budget }: Evaluation,
  isSorted: boolean,
): Promise<Block> {
  let rows: { readonly block: Block; readonly row: number; readonly labels: Labels }[] = [];
  for (const block of blocks)
    for (let row = 0; row < block.labels.length; row++) rows.push({ block, row, labels: block.labels[row]! });
  if (isSorted) rows = await sortInTurns(rows, (a, b) => compareLabels(a.labels, b.labels), budget);
  const result = blockOf(
    steps.count,
    rows.map(({ labels }) => labels),
    rows.map(({ block, row }) => block.dropName[row]!),
  );
  for (const [target, { block, row }] of rows.entries()) {
    if (budget.due(steps.count)) await budget.pause();
    copyRow(block, row, result, target);
  }
  return result;
}
