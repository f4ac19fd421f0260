import { compileMatcher } from '../matchers/compile-matcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import type { Position } from '../promql/position.ts';
import { RegexError } from '../regex/regex-error.ts';
import type { LabelPredicate } from './expression.ts';
import { LOGQL_LIMITS } from './limits.ts';
import { parseBytes, parseNumber, parseSeconds } from './quantity.ts';
import type { TokenReader } from './token-reader.ts';

const MATCHER_KINDS = ['=', '!=', '=~', '!~'] as const;
const COMPARISONS = ['==', '!=', '>', '>=', '<', '<='] as const;

/** `a="x" and (b > 1 or c != "y")`; `or` binds weaker than `and`, and a comma means `and`. */
export function parseLabelPredicate(reader: TokenReader, depth = 0): LabelPredicate {
  let left = parseConjunction(reader, depth);
  while (reader.take('or')) left = { kind: 'or', left, right: parseConjunction(reader, depth) };
  return left;
}

function parseConjunction(reader: TokenReader, depth: number): LabelPredicate {
  let left = parseAtom(reader, depth);
  while (reader.take('and') || reader.take(','))
    left = { kind: 'and', left, right: parseAtom(reader, depth) };
  return left;
}

function parseAtom(reader: TokenReader, depth: number): LabelPredicate {
  if (reader.current.text === '(' && reader.current.kind === 'operator') {
    const { position } = reader.advance();
    if (depth >= LOGQL_LIMITS.depthMax)
      reader.fail(position, `parentheses are nested deeper than ${LOGQL_LIMITS.depthMax}`);
    const inner = parseLabelPredicate(reader, depth + 1);
    if (!reader.take(')')) reader.expected('")", "and" or "or"');
    return inner;
  }
  const name = reader.identifier('a label name');
  const operator = reader.current;
  const kind = MATCHER_KINDS.find((one) => one === operator.text);
  const comparison = COMPARISONS.find(
    (one) => one === operator.text || (one === '==' && operator.text === '='),
  );
  if (operator.kind !== 'operator' || (kind === undefined && comparison === undefined))
    reader.expected(`an operator (=, !=, =~, !~, ==, >, >=, <, <=) after label ${JSON.stringify(name)}`);
  reader.advance();
  if (reader.current.text === 'ip')
    reader.fail(reader.current.position, 'ip() is not supported by this version');
  if (kind !== undefined && reader.current.kind === 'string') {
    const { position } = reader.current;
    const matcher: Matcher = { kind, name, value: reader.string('a string') };
    checkMatcher(reader, matcher, position);
    return { kind: 'matches', matcher };
  }
  if (comparison === undefined) return reader.expected(`a string after ${operator.text}`);
  return { kind: 'compares', name, operator: comparison, ...parseQuantity(reader, kind !== undefined) };
}

/** Refuses a matcher whose regular expression RE2 refuses. */
export function checkMatcher(reader: TokenReader, matcher: Matcher, position: Position): void {
  try {
    compileMatcher(matcher);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    reader.fail(position, error.message);
  }
}

function parseQuantity(
  reader: TokenReader,
  stringToo: boolean,
): { value: number; unit: 'number' | 'duration' | 'bytes' } {
  const negative = reader.take('-');
  const { kind, text, position } = reader.current;
  const what = 'a number, a duration such as 1.5s or a size such as 20MB';
  if (kind !== 'quantity') return reader.expected(stringToo ? `a string, ${what}` : what);
  reader.advance();
  const sign = negative ? -1 : 1;
  const number = parseNumber(text);
  if (number !== undefined) return { value: sign * number, unit: 'number' };
  const seconds = parseSeconds(text);
  if (seconds !== undefined) return { value: sign * seconds, unit: 'duration' };
  const bytes = parseBytes(text);
  if (bytes !== undefined) return { value: sign * bytes, unit: 'bytes' };
  return reader.fail(position, `expected ${what}, found ${JSON.stringify(text)}`);
}
