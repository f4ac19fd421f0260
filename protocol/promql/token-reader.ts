import { Lexer } from './lexer.ts';
import { ParseError } from './parse-error.ts';
import type { Position } from './position.ts';
import { unquote } from './string-literal.ts';
import { describeToken, type Token } from './token.ts';

/** Reads tokens with one token of lookahead and makes the errors of the parser. */
export class TokenReader {
  readonly query: string;
  #lexer: Lexer;
  #next: Token | null = null;
  #context: 'expression' | 'brackets' | 'braces' = 'expression';
  #last: Position = { start: 0, end: 0 };
  depth = 0;
  /** Binary operators so far. */
  operators = 0;

  constructor(query: string) {
    this.query = query;
    this.#lexer = new Lexer(query);
  }

  /** The next token, not taken. */
  peek(): Token {
    this.#next ??= this.#lexer.next(this.#context);
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = null;
    this.#last = token;
    return token;
  }

  /** Undoes the take of one token and of what was peeked behind it. */
  putBack(token: Token): void {
    this.#lexer.rewind(token.end);
    this.#next = token;
  }

  /** The token taken last. */
  last(): Position {
    return this.#last;
  }

  at(operator: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === operator;
  }

  atWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'identifier' && token.text.toLowerCase() === word;
  }

  takeIf(operator: string): boolean {
    if (!this.at(operator)) return false;
    this.take();
    return true;
  }

  takeIfWord(word: string): boolean {
    if (!this.atWord(word)) return false;
    this.take();
    return true;
  }

  expect(operator: string, where: string): Token {
    if (!this.at(operator)) throw this.unexpected(where, JSON.stringify(operator));
    return this.take();
  }

  /** Reads the part in brackets or braces with its own tokens; both brackets are taken. */
  within<T>(context: 'brackets' | 'braces', close: string, where: string, read: () => T): T {
    const outer = this.#context;
    this.take();
    this.#context = context;
    const value = read();
    if (!this.at(close)) throw this.unexpected(where, JSON.stringify(close));
    this.take();
    this.#context = outer;
    return value;
  }

  takeString(where: string): string {
    const token = this.peek();
    if (token.kind !== 'string') throw this.unexpected(where, 'string');
    this.take();
    const result = unquote(token.text);
    if ('error' in result)
      throw new ParseError(this.query, token, `error unquoting string ${token.text}: ${result.error}`);
    return result.value;
  }

  unexpected(where: string, expected: string): ParseError {
    const token = this.peek();
    return this.error(
      token,
      `unexpected ${describeToken(token)}${where === '' ? '' : ` in ${where}`}${expected === '' ? '' : `, expected ${expected}`}`,
    );
  }

  error(position: Position, detail: string): ParseError {
    return new ParseError(this.query, { start: position.start, end: position.end }, detail);
  }
}
