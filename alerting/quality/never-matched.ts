import type { Expr, Selector } from '@tocsin/protocol/promql/expr.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { childrenOf } from '@tocsin/protocol/promql/walk.ts';

/** Whether a series that fits the selector is stored. */
export type SeriesKnown = (selector: string) => boolean;

/** The selectors of an expression as they are asked for, without offsets. */
export function selectorsOf(expression: string): readonly string[] {
  const found = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind === 'selector') found.add(bare(expr));
    for (const child of childrenOf(expr)) visit(child);
  };
  visit(parseExpr(expression));
  return [...found];
}

/** Selectors no series fits and because of which the expression can yield nothing; empty when it can. */
export function neverMatched(expression: string, known: SeriesKnown): readonly string[] {
  const missing = missingOf(parseExpr(expression), known);
  return [...new Set(missing)];
}

function missingOf(expr: Expr, known: SeriesKnown): readonly string[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return [];
    case 'selector':
      return known(bare(expr)) ? [] : [bare(expr)];
    case 'range':
      return missingOf(expr.selector, known);
    case 'subquery':
    case 'unary':
    case 'paren':
    case 'aggregation':
      return missingOf(expr.operand, known);
    case 'call':
      // They yield something just because there is nothing; vector and scalar make one of the other.
      if (/^(absent|absent_over_time|scalar|vector|time)$/.test(expr.name)) return [];
      return expr.args.flatMap((argument) => missingOf(argument, known));
    case 'binary': {
      const left = missingOf(expr.left, known);
      if (expr.operator === 'unless') return left;
      const right = missingOf(expr.right, known);
      if (expr.operator === 'or') return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
      // What is missing on one side is filled in.
      if (expr.matching.fillLeft !== null || expr.matching.fillRight !== null)
        return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
      return [...left, ...right];
    }
  }
}

function bare(selector: Selector): string {
  return formatExpr({ ...selector, offset: null, at: null, extension: null });
}
