import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { CountAccumulator, ExtremeAccumulator, VarianceAccumulator } from './simple.ts';
import { SumAccumulator } from './sum.ts';

export type AnyAccumulator = SumAccumulator | CountAccumulator | ExtremeAccumulator | VarianceAccumulator;

/** What builds up an aggregation without a parameter. */
export function createAccumulator(expr: Aggregation, groups: number, steps: number): AnyAccumulator {
  switch (expr.operator) {
    case 'sum':
    case 'avg':
      return new SumAccumulator(groups, steps, expr.operator === 'avg');
    case 'count':
    case 'group':
      return new CountAccumulator(groups, steps, expr.operator === 'group');
    case 'min':
    case 'max':
      return new ExtremeAccumulator(groups, steps, expr.operator === 'max');
    default:
      return new VarianceAccumulator(groups, steps, expr.operator === 'stddev');
  }
}
