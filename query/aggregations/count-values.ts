import { formatHistogram } from '@tocsin/protocol/histogram/format.ts';
import {
  dropLabels,
  keepLabels,
  type Labels,
  labelsKey,
  METRIC_NAME,
  withLabel,
} from '@tocsin/protocol/labels/labels.ts';
import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { formatDecimal } from '@tocsin/protocol/promql/format-number.ts';
import { quote } from '@tocsin/protocol/promql/string-literal.ts';
import { ABSENT, type Block, FLOAT, histogramAt, setFloat } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import type { Evaluation } from '../evaluation.ts';
import { isValidLabelName } from '../label-name.ts';
import { labelsBytes, POINT_BYTES, textBytes } from '../memory.ts';
import { QueryError } from '../query-error.ts';

/** The label `count_values` writes to. Throws when it cannot be one. */
export async function valueLabel(evaluation: Evaluation, { parameter }: Aggregation): Promise<string> {
  const value = await evaluation.evaluate(evaluation, parameter!);
  const name = value.kind === 'string' ? value.value : '';
  if (!isValidLabelName(name)) throw new QueryError('execution', `invalid label name ${quote(name)}`);
  return name;
}

/** `count_values("label", x)`: how many rows have each value, which becomes a label. */
export async function countValues(evaluation: Evaluation, expr: Aggregation, block: Block): Promise<Block> {
  const name = await valueLabel(evaluation, expr);
  const names = new Set(expr.without ? [...expr.grouping, METRIC_NAME] : expr.grouping);
  const keepsValue = !(expr.without && names.has(name));
  const builder = new BlockBuilder(block.steps, block.labels.length);
  const known = new Map<string, number>();
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(block.steps * 10)) await evaluation.budget.pause();
    const labels: Labels = expr.without
      ? dropLabels(block.labels[row]!, names)
      : keepLabels(block.labels[row]!, names);
    for (let step = 0; step < block.steps; step++) {
      const element = row * block.steps + step;
      if (block.kinds[element] === ABSENT) continue;
      const isFloat = block.kinds[element] === FLOAT;
      const text = isFloat
        ? formatDecimal(block.values[element]!)
        : formatHistogram(histogramAt(block, element));
      const grouped = keepsValue ? withLabel(labels, name, text) : labels;
      const key = labelsKey(grouped);
      let target = known.get(key);
      if (target === undefined) {
        target = builder.addRow(grouped, false);
        known.set(key, target);
        const bytes = block.steps * POINT_BYTES + labelsBytes(grouped) + textBytes(text);
        evaluation.budget.hold(block.steps, bytes);
      }
      const slot = target * block.steps + step;
      setFloat(
        builder.block,
        slot,
        (builder.block.kinds[slot] === ABSENT ? 0 : builder.block.values[slot]!) + 1,
      );
    }
  }
  return builder.finish();
}
