import type { Expr } from '@tocsin/protocol/promql/expr.ts';

const DATE_FUNCTIONS = 'day_of_month day_of_week day_of_year days_in_month hour minute month year'.split(' ');
const CHANGING: ReadonlySet<string> = new Set(['time', 'predict_linear', 'timestamp']);

const known = new WeakMap<Expr, boolean>();

/** True when the expression has the same value at every step, because `@` pins all it reads. */
export function isStepInvariant(expr: Expr): boolean {
  const before = known.get(expr);
  if (before !== undefined) return before;
  const result = decide(expr);
  known.set(expr, result);
  return result;
}

function decide(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'selector':
      return expr.at !== null;
    case 'range':
      return expr.selector.at !== null;
    case 'subquery':
      return expr.at !== null;
    case 'paren':
    case 'unary':
      return isStepInvariant(expr.operand);
    case 'binary':
      return isStepInvariant(expr.left) && isStepInvariant(expr.right);
    case 'aggregation':
      return isStepInvariant(expr.operand) && (expr.parameter === null || isStepInvariant(expr.parameter));
    case 'call':
      if (CHANGING.has(expr.name)) return false;
      if (expr.args.length === 0 && DATE_FUNCTIONS.includes(expr.name)) return false;
      return expr.args.every(isStepInvariant);
  }
}
