import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import type { Evaluation } from './evaluation.ts';
import { openRangeCall } from './functions/range-call.ts';
import { RANGE_FUNCTIONS } from './functions/registry.ts';
import { isStepInvariant } from './invariance.ts';
import type { RowSource } from './row-source.ts';
import { openSelector } from './selectors/instant.ts';

/** The rows of a selector or of a function of a range vector, made when asked for; null for all other expressions. */
export async function openRows(evaluation: Evaluation, expr: Expr): Promise<RowSource | null> {
  const { trace } = evaluation;
  if (trace === null || expr.kind === 'paren') return await open(evaluation, expr);
  return await trace.followRows(evaluation, expr, (inner) => open(inner, expr));
}

async function open(evaluation: Evaluation, expr: Expr): Promise<RowSource | null> {
  if (evaluation.steps.count > 1 && isStepInvariant(expr)) return null;
  switch (expr.kind) {
    case 'paren':
      return openRows(evaluation, expr.operand);
    case 'selector':
      return expr.extension === null ? openSelector(evaluation, expr) : null;
    case 'call': {
      const fn = RANGE_FUNCTIONS.get(expr.name);
      return fn === undefined ? null : openRangeCall(evaluation, expr, fn);
    }
    default:
      return null;
  }
}
