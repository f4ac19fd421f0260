import type { Binary } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, type Block, copyRow } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { type Signature, signatureKey, signatureOf } from './signature.ts';

/** `and`, `or` and `unless`: rows kept or left out by what the other side has at the same step. */
export async function evaluateSet(
  evaluation: Evaluation,
  expr: Binary,
  left: Block,
  right: Block,
): Promise<Block> {
  const signature = signatureOf(expr.matching);
  const { steps } = left;
  if (expr.operator !== 'or') {
    const presence = await presenceOf(right, signature, evaluation.budget);
    for (let row = 0; row < left.labels.length; row++) {
      if (evaluation.budget.due(steps)) await evaluation.budget.pause();
      const present = presence.get(signatureKey(left.labels[row]!, signature));
      keepWhere(left, row, present, expr.operator === 'and');
    }
    return await withoutEmptyRows(left, evaluation.budget);
  }
  const presence = await presenceOf(left, signature, evaluation.budget);
  for (let row = 0; row < right.labels.length; row++) {
    if (evaluation.budget.due(steps)) await evaluation.budget.pause();
    keepWhere(right, row, presence.get(signatureKey(right.labels[row]!, signature)), false);
  }
  return mergeEqualRows(
    await concatenate(left, await withoutEmptyRows(right, evaluation.budget), evaluation.budget),
    evaluation.budget,
  );
}

/** For each signature at which steps a row with it is present. */
async function presenceOf(
  block: Block,
  signature: Signature,
  budget: Budget,
): Promise<Map<string, Uint8Array>> {
  const presence = new Map<string, Uint8Array>();
  const { steps, kinds } = block;
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(steps)) await budget.pause();
    const key = signatureKey(block.labels[row]!, signature);
    let present = presence.get(key);
    if (present === undefined) {
      present = new Uint8Array(steps);
      presence.set(key, present);
    }
    for (let step = 0; step < steps; step++) if (kinds[row * steps + step] !== ABSENT) present[step] = 1;
  }
  return presence;
}

function keepWhere(block: Block, row: number, present: Uint8Array | undefined, wanted: boolean): void {
  const base = row * block.steps;
  for (let step = 0; step < block.steps; step++) {
    const there = present !== undefined && present[step] === 1;
    if (there !== wanted) block.kinds[base + step] = ABSENT;
  }
}

async function concatenate(first: Block, second: Block, budget: Budget): Promise<Block> {
  const builder = new BlockBuilder(first.steps, first.labels.length + second.labels.length);
  for (const block of [first, second]) {
    for (let row = 0; row < block.labels.length; row++) {
      if (budget.due(block.steps)) await budget.pause();
      copyRow(block, row, builder.block, builder.addRow(block.labels[row]!, block.dropName[row]!));
    }
  }
  return builder.finish();
}
