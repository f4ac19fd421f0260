import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import { ABSENT, type Block } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { Groups } from './groups.ts';
import { countParameter, outermost, scalarParameter } from './parameter.ts';

/** `limitk`: the first k rows of each group; `limit_ratio`: a share of all rows, the same ones every time. */
export async function limit(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  groups: Groups,
): Promise<Block> {
  if (expr.operator === 'limitk')
    await keepFirst(evaluation, block, groups, await countParameter(evaluation, expr));
  else await keepShare(evaluation, expr, block, await scalarParameter(evaluation, expr));
  return await withoutEmptyRows(block, evaluation.budget);
}

async function keepFirst(
  { budget }: Evaluation,
  block: Block,
  groups: Groups,
  limits: Int32Array,
): Promise<void> {
  const taken = new Int32Array(groups.count * block.steps);
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(block.steps)) await budget.pause();
    for (let step = 0; step < block.steps; step++) {
      const element = row * block.steps + step;
      if (block.kinds[element] === ABSENT) continue;
      const slot = groups.ofRow[row]! * block.steps + step;
      if (taken[slot]! < limits[step]!) taken[slot]!++;
      else block.kinds[element] = ABSENT;
    }
  }
}

async function keepShare(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  ratios: Float64Array,
): Promise<void> {
  if (ratios.some(Number.isNaN)) throw new QueryError('execution', 'Ratio value is NaN');
  for (const ratio of outermost(ratios, -1, 1)) {
    const detail = `ratio value should be between -1 and 1, got ${formatGo(ratio)}, capping to ${Math.sign(ratio)}`;
    evaluation.notes.warn(detail, withoutParens(expr.parameter!).position);
  }
  const capped = ratios.map((ratio) => Math.max(-1, Math.min(1, ratio)));
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(block.steps + 100)) await evaluation.budget.pause();
    const place = hashToUnit(block.labels[row]!);
    for (let step = 0; step < block.steps; step++) {
      const ratio = capped[step]!;
      // A negative ratio keeps just what the positive rest would not.
      const kept = ratio >= 0 ? place < ratio : place >= 1 + ratio;
      if (!kept) block.kinds[row * block.steps + step] = ABSENT;
    }
  }
}

/** A number in [0, 1) that only depends on the labels (FNV-1a, then mixed). */
function hashToUnit(labels: Labels): number {
  let hash = 0x811c9dc5;
  const key = labelsKey(labels);
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
