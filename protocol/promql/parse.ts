import type { Matcher } from '../matchers/matcher.ts';
import { checkTypes } from './check-types.ts';
import type { Expr } from './expr.ts';
import { parseExpression } from './parse-expression.ts';
import { checkNotAllEmpty, parseMatchers } from './parse-matchers.ts';
import { TokenReader } from './token-reader.ts';

/** Reads a PromQL expression and checks its types. Throws ParseError with the position and what was expected. */
export function parseExpr(query: string): Expr {
  const reader = new TokenReader(query);
  if (reader.peek().kind === 'end') throw reader.error({ start: 0, end: 0 }, 'no expression found in input');
  const expr = parseExpression(reader);
  if (reader.peek().kind !== 'end') throw reader.unexpected('', 'an operator or the end of the query');
  checkTypes(reader, expr);
  return expr;
}

/** Reads a series selector as the `match[]` parameters hold it. Throws ParseError. */
export function parseSelector(text: string): readonly Matcher[] {
  const reader = new TokenReader(text);
  const start = reader.peek();
  const name = start.kind === 'identifier' ? reader.take().text : '';
  if (name === '' && !reader.at('{')) throw reader.unexpected('series selector', 'metric name or "{"');
  const { matchers } = parseMatchers(reader, name, start);
  if (reader.peek().kind !== 'end') throw reader.unexpected('series selector', 'the end of the selector');
  checkNotAllEmpty(reader, matchers, { start: 0, end: text.length });
  return matchers;
}
