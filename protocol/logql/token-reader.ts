import type { Position } from '../promql/position.ts';
import { unquote } from '../promql/string-literal.ts';
import { lexLogql, type Token } from './lexer.ts';
import { LogqlParseError } from './parse-error.ts';

/** The tokens of a query with a cursor, and the errors that say what was expected at it. */
export interface TokenReader {
  readonly current: Token;
  /** Where the token before the cursor ends. */
  readonly previousEnd: number;
  advance(): Token;
  /** Steps over the operator or keyword `text` when it is next. */
  take(text: string): boolean;
  /** The value of the string that must be next. */
  string(what: string): string;
  identifier(what: string): string;
  expected(what: string): never;
  fail(position: Position, detail: string): never;
}

export function createTokenReader(query: string): TokenReader {
  const tokens = lexLogql(query);
  let index = 0;
  const current = (): Token => tokens[index]!;

  function fail(position: Position, detail: string): never {
    throw new LogqlParseError(query, position, detail);
  }

  function expected(what: string): never {
    const { kind, text, position } = current();
    const found = kind === 'end' ? 'the end of the query' : kind === 'string' ? text : JSON.stringify(text);
    return fail(position, `expected ${what}, found ${found}`);
  }

  function advance(): Token {
    const token = current();
    if (token.kind !== 'end') index++;
    return token;
  }

  return {
    get current() {
      return current();
    },
    get previousEnd() {
      return tokens[index - 1]?.position.end ?? 0;
    },
    advance,
    take(text) {
      const { kind } = current();
      if (kind === 'string' || current().text !== text || kind === 'end') return false;
      advance();
      return true;
    },
    string(what) {
      if (current().kind !== 'string') expected(what);
      const token = advance();
      const read = unquote(token.text);
      return 'value' in read ? read.value : fail(token.position, read.error);
    },
    identifier(what) {
      return current().kind === 'identifier' ? advance().text : expected(what);
    },
    expected,
    fail,
  };
}
