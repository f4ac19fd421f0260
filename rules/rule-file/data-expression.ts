import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/**
 * What an expression judges, without the judgement: of `sum(rate(x[5m])) > 5` the sum, of `a > 1 and b < 2` what
 * is left of `a`. Null when it compares nothing with a number, so that an empty result says nothing about its data.
 */
export function dataExpression(expression: string): string | null {
  const data = dataOf(parseExpr(expression));
  return data === null ? null : formatExpr(data);
}

function dataOf(expr: Expr): Expr | null {
  if (expr.kind === 'paren') return dataOf(expr.operand);
  if (expr.kind !== 'binary') return null;
  if (expr.operator === 'and' || expr.operator === 'unless') return dataOf(expr.left);
  if (!COMPARISONS.has(expr.operator) || expr.bool) return null;
  if (isConstant(expr.right)) return isConstant(expr.left) ? null : bare(expr.left);
  return isConstant(expr.left) ? bare(expr.right) : null;
}

function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'paren':
    case 'unary':
      return isConstant(expr.operand);
    case 'binary':
      return isConstant(expr.left) && isConstant(expr.right);
    default:
      return false;
  }
}

function bare(expr: Expr): Expr {
  return expr.kind === 'paren' ? bare(expr.operand) : expr;
}
