import { METRIC_NAME } from '../labels/labels.ts';
import { compileMatcher } from '../matchers/compile-matcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { RegexError } from '../regex/regex-error.ts';
import type { Position } from './position.ts';
import type { TokenReader } from './token-reader.ts';

const KINDS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const WHERE = 'label matching';

/**
 * The matchers of a selector, the braces included; `name` is the metric name in front of them. A quoted string
 * alone in the braces is a metric name too.
 */
export function parseMatchers(
  reader: TokenReader,
  name: string,
  start: Position,
): { name: string; matchers: Matcher[] } {
  const matchers: Matcher[] = [];
  let metric = name;
  if (reader.at('{')) {
    reader.within('braces', '}', WHERE, () => {
      while (!reader.at('}')) {
        const token = reader.peek();
        const read = parseMatcher(reader);
        if (read.value === null) {
          if (metric !== '') throw twice(reader, token, metric, read.name);
          metric = read.name;
        } else {
          matchers.push(read.value);
        }
        if (!reader.takeIf(',')) break;
      }
      if (!reader.at('}')) throw reader.unexpected(WHERE, '"," or "}"');
    });
  }
  if (metric !== '') {
    for (const matcher of matchers) {
      if (matcher.name === METRIC_NAME && matcher.kind === '=')
        throw twice(reader, start, metric, matcher.value);
    }
    matchers.push({ kind: '=', name: METRIC_NAME, value: metric });
  }
  return { name: metric, matchers };
}

/** Refuses a selector that would match everything. */
export function checkNotAllEmpty(
  reader: TokenReader,
  matchers: readonly Matcher[],
  position: Position,
): void {
  if (matchers.some((matcher) => !compileMatcher(matcher).matchesEmpty)) return;
  throw reader.error(position, 'vector selector must contain at least one non-empty matcher');
}

function parseMatcher(reader: TokenReader): { readonly name: string; readonly value: Matcher | null } {
  const token = reader.peek();
  let name: string;
  if (token.kind === 'string') name = reader.takeString(WHERE);
  else if (token.kind === 'identifier') name = reader.take().text;
  else throw reader.unexpected(WHERE, 'label name or "}"');
  const operator = reader.peek();
  if (operator.kind !== 'operator' || !KINDS.has(operator.text)) {
    if (token.kind === 'string' && (reader.at(',') || reader.at('}'))) return { name, value: null };
    throw reader.unexpected(WHERE, 'one of "=", "!=", "=~", "!~"');
  }
  reader.take();
  const valueToken = reader.peek();
  const value = reader.takeString(WHERE);
  const matcher: Matcher = { kind: operator.text as Matcher['kind'], name, value };
  try {
    compileMatcher(matcher);
  } catch (error) {
    if (error instanceof RegexError) throw reader.error(valueToken, error.message);
    throw error;
  }
  return { name, value: matcher };
}

function twice(reader: TokenReader, position: Position, first: string, second: string): Error {
  return reader.error(
    position,
    `metric name must not be set twice: ${JSON.stringify(first)} or ${JSON.stringify(second)}`,
  );
}
