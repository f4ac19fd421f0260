import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import type { Block } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import { openRows } from '../open-rows.ts';
import { QueryError } from '../query-error.ts';
import type { RowSource } from '../row-source.ts';
import { gatherAggregates } from '../shards/gather.ts';
import { isShardLocal } from '../shards/is-shard-local.ts';
import { unpackLabels } from '../shards/packed-labels.ts';
import { addRows } from './add-rows.ts';
import { type AnyAccumulator, createAccumulator } from './create-accumulator.ts';
import { groupRows } from './groups.ts';

export interface Accumulated {
  readonly groups: { readonly labels: Labels[]; readonly dropName: boolean[] };
  readonly accumulator: AnyAccumulator;
}

/** All rows of the operand, aggregated: by the shards where they can, which then send partial aggregates. */
export async function accumulate(evaluation: Evaluation, expr: Aggregation): Promise<Accumulated> {
  const isSharded = evaluation.storage.evaluate !== undefined && isShardLocal(expr.operand);
  return isSharded ? await accumulateShards(evaluation, expr) : await accumulateRows(evaluation, expr);
}

/** The same, without asking shards. */
export async function accumulateRows(evaluation: Evaluation, expr: Aggregation): Promise<Accumulated> {
  const around = { function: expr.operator, grouping: expr.grouping, by: !expr.without };
  const inner: Evaluation = { ...evaluation, around };
  const rows = await openRows({ ...inner, anyOrder: true }, expr.operand);
  if (rows !== null) return await addUp(evaluation, expr, rows);
  const value = await evaluation.evaluate(inner, expr.operand);
  if (value.kind !== 'vector') throw new QueryError('execution', `Cannot aggregate a ${value.kind}`);
  return await addUp(evaluation, expr, value.block);
}

async function addUp(
  evaluation: Evaluation,
  expr: Aggregation,
  input: Block | RowSource,
): Promise<Accumulated> {
  const { budget, steps } = evaluation;
  const groups = await groupRows(input, expr.grouping, expr.without, budget);
  budget.hold(groups.count * steps.count);
  const accumulator = createAccumulator(expr, groups.count, steps.count);
  if ('fill' in input) {
    await addRows(evaluation, expr, input, groups, accumulator);
  } else {
    for (let row = 0; row < input.labels.length; row++) {
      if (budget.due(steps.count)) await budget.pause();
      accumulator.add(input, row, groups.ofRow[row]!);
    }
    budget.release(input.values.length);
  }
  return { groups, accumulator };
}

async function accumulateShards(evaluation: Evaluation, expr: Aggregation): Promise<Accumulated> {
  const { budget, steps } = evaluation;
  const answers = await gatherAggregates(evaluation, expr);
  const labels: Labels[] = [];
  const dropName: boolean[] = [];
  const known = new Map<string, number>();
  const groupsOf: Uint32Array[] = [];
  for (const { rows } of answers) {
    const groups = await unpackLabels(rows.labels, budget);
    const numbers = new Uint32Array(groups.length);
    for (const [index, group] of groups.entries()) {
      if (budget.due(20)) await budget.pause();
      const key = labelsKey(group);
      let number = known.get(key);
      if (number === undefined) {
        number = labels.length;
        known.set(key, number);
        labels.push(group);
        dropName.push(false);
      }
      // The name goes in the end if it would for any row of the group.
      if (rows.dropName[index] === 1) dropName[number] = true;
      numbers[index] = number;
    }
    groupsOf.push(numbers);
  }
  budget.hold(labels.length * steps.count);
  const accumulator = createAccumulator(expr, labels.length, steps.count);
  for (const [shard, groups] of groupsOf.entries()) {
    const { state } = answers[shard]!;
    for (const [from, group] of groups.entries()) {
      if (budget.due(steps.count)) await budget.pause();
      // Whoever answered made it with the same operator.
      accumulator.merge(state as never, from, group);
    }
  }
  return { groups: { labels, dropName }, accumulator };
}
