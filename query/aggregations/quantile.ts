import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import { ABSENT, type Block, blockOf, FLOAT, setFloat } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { quantileOf } from '../quantile.ts';
import type { Groups } from './groups.ts';
import { outermost, scalarParameter } from './parameter.ts';
import { membersOf } from './rank.ts';

/** `quantile(0.9, x)`: exact, over the floats of each group, step by step. */
export async function quantile(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  groups: Groups,
): Promise<Block> {
  const quantiles = await scalarParameter(evaluation, expr);
  for (const q of outermost(quantiles, 0, 1)) {
    const detail = `quantile value should be between 0 and 1, got ${formatGo(q)}`;
    evaluation.notes.warn(detail, withoutParens(expr.parameter!).position);
  }
  const result = blockOf(block.steps, groups.labels, groups.dropName);
  const values = new Float64Array(block.labels.length);
  let ignored = false;
  for (const [group, rows] of membersOf(groups).entries()) {
    for (let step = 0; step < block.steps; step++) {
      if (evaluation.budget.due(rows.length * 4)) await evaluation.budget.pause();
      let count = 0;
      for (const row of rows) {
        const element = row * block.steps + step;
        if (block.kinds[element] === FLOAT) values[count++] = block.values[element]!;
        else if (block.kinds[element] !== ABSENT) ignored = true;
      }
      if (count > 0)
        setFloat(result, group * block.steps + step, quantileOf(values, count, quantiles[step]!));
    }
  }
  if (ignored) evaluation.notes.info('ignored histogram in quantile aggregation', expr.operand.position);
  return await withoutEmptyRows(result, evaluation.budget);
}
