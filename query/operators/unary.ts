import { negateHistogram } from '@tocsin/protocol/histogram/arithmetic.ts';
import type { Unary } from '@tocsin/protocol/promql/expr.ts';
import { HISTOGRAM, histogramAt, setHistogram } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Value } from '../value.ts';

export async function evaluateUnary(evaluation: Evaluation, expr: Unary): Promise<Value> {
  const value = await evaluation.evaluate(evaluation, expr.operand);
  if (expr.operator === '+' || value.kind === 'string') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((v) => -v) };
  const { block } = value;
  for (let i = 0; i < block.values.length; i++) block.values[i] = -block.values[i]!;
  if (block.histograms !== null) {
    for (let i = 0; i < block.kinds.length; i++) {
      if (block.kinds[i] === HISTOGRAM) setHistogram(block, i, negateHistogram(histogramAt(block, i)));
    }
  }
  block.dropName.fill(true);
  return value;
}
