import { ParseError } from './parse-error.ts';
import type { Token } from './token.ts';

const SPACE = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const METRIC_IDENTIFIER = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const DURATION = /(?:\d+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_.])/y;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const OPERATOR = /=~|!~|==|!=|<=|>=|<\/|>\/|[-+*/%^<>=(){}[\],@:]/y;

/**
 * Splits a query into tokens, on demand, since a colon is part of a name outside of brackets and stands alone
 * inside of them.
 */
export class Lexer {
  readonly query: string;
  #offset = 0;

  constructor(query: string) {
    this.query = query;
  }

  next(context: 'expression' | 'brackets' | 'braces'): Token {
    this.#match(SPACE);
    const start = this.#offset;
    if (start >= this.query.length) return { kind: 'end', text: '', start, end: start };
    const token = (kind: Token['kind'], text: string | null): Token | null =>
      text === null ? null : { kind, text, start, end: this.#offset };
    const found =
      token('identifier', this.#match(context === 'expression' ? METRIC_IDENTIFIER : IDENTIFIER)) ??
      token('duration', this.#match(DURATION)) ??
      token('number', this.#match(NUMBER)) ??
      token('string', this.#match(STRING)) ??
      token('operator', this.#match(OPERATOR));
    if (found === null) throw this.#unknown(start);
    if (found.kind === 'number' && /[a-zA-Z0-9_]/.test(this.query[this.#offset] ?? '')) {
      const end = start + /^[\w.]*/.exec(this.query.slice(start))![0].length;
      const text = this.query.slice(start, end);
      throw new ParseError(
        this.query,
        { start, end },
        `bad number or duration syntax: ${JSON.stringify(text)}`,
      );
    }
    return found;
  }

  rewind(offset: number): void {
    this.#offset = offset;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.query);
    if (match === null) return null;
    this.#offset = pattern.lastIndex;
    return match[0];
  }

  #unknown(start: number): ParseError {
    const char = String.fromCodePoint(this.query.codePointAt(start)!);
    const position = { start, end: start + char.length };
    if (char === '"' || char === "'" || char === '`') {
      return new ParseError(
        this.query,
        { start, end: this.query.length },
        `unterminated ${char === '`' ? 'raw' : 'quoted'} string`,
      );
    }
    return new ParseError(this.query, position, `unexpected character: ${JSON.stringify(char)}`);
  }
}
