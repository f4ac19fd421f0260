import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { badParameter } from './api-error.ts';

/** The `query` parameter as an expression. Throws bad_data with the position of what is wrong. */
export function parseQuery(query: string): Expr {
  try {
    return parseExpr(query);
  } catch (error) {
    if (error instanceof ParseError) throw badParameter('query', error.message);
    throw error;
  }
}
