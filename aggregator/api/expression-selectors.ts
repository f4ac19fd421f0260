import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { badParameter } from './api-error.ts';

/** The matchers of every selector in a query. Throws bad_data when the query does not parse. */
export function parseSelectors(query: string): readonly (readonly Matcher[])[] {
  try {
    return selectorsOf(parseExpr(query));
  } catch (error) {
    if (error instanceof ParseError) throw badParameter('query', error.message);
    throw error;
  }
}

function selectorsOf(expr: Expr): readonly (readonly Matcher[])[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return [];
    case 'selector':
      return [expr.matchers];
    case 'range':
      return [expr.selector.matchers];
    case 'subquery':
    case 'unary':
    case 'paren':
      return selectorsOf(expr.operand);
    case 'binary':
      return [...selectorsOf(expr.left), ...selectorsOf(expr.right)];
    case 'aggregation':
      return [...selectorsOf(expr.operand), ...(expr.parameter ? selectorsOf(expr.parameter) : [])];
    case 'call':
      return expr.args.flatMap(selectorsOf);
  }
}
