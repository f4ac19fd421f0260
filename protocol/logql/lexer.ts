import type { Position } from '../promql/position.ts';
import { LogqlParseError } from './parse-error.ts';

export interface Token {
  readonly kind: 'identifier' | 'string' | 'quantity' | 'operator' | 'end';
  readonly text: string;
  readonly position: Position;
}

const SPACE = /(?:\s+|#[^\n]*)+/y;
const PATTERNS: readonly [kind: Token['kind'], pattern: RegExp][] = [
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  // Numbers, durations and byte sizes; what of them it is, the parser finds out.
  ['quantity', /(?:\d[\w.µ]*|\.\d[\w.µ]*)(?:(?<=[eE])[+-]\d+)?/y],
  ['identifier', /[a-zA-Z_][a-zA-Z0-9_]*/y],
  ['operator', /\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()[\],|=<>+\-*/%^@:]/y],
];

/** All tokens of a query, the last of kind `end`. */
export function lexLogql(query: string): Token[] {
  const tokens: Token[] = [];
  let offset = skipSpace(query, 0);
  while (offset < query.length) {
    const token = tokenAt(query, offset);
    tokens.push(token);
    offset = skipSpace(query, token.position.end);
  }
  tokens.push({ kind: 'end', text: '', position: { start: query.length, end: query.length } });
  return tokens;
}

function tokenAt(query: string, start: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const text = pattern.exec(query)?.[0];
    if (text !== undefined) return { kind, text, position: { start, end: start + text.length } };
  }
  const character = String.fromCodePoint(query.codePointAt(start)!);
  const position = { start, end: start + character.length };
  if (character === '"' || character === '`')
    throw new LogqlParseError(query, position, `the string that starts here has no closing ${character}`);
  throw new LogqlParseError(query, position, `unexpected character ${JSON.stringify(character)}`);
}

function skipSpace(query: string, offset: number): number {
  SPACE.lastIndex = offset;
  return SPACE.test(query) ? SPACE.lastIndex : offset;
}
