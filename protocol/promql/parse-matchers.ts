import { METRIC_NAME } from '../labels/labels.ts';
import { compileMatcher } from '../matchers/compile-matcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { RegexError } from '../regex/regex-error.ts';
import type { Position } from './position.ts';
import type { TokenReader } from './token-reader.ts';

const KINDS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const WHERE = 'label matching';

/**
 * The matchers of a selector, the braces included; `name` is the metric name in front of them. A quoted string alone in the
 * braces is a metric name too. Without a name in front there may be several matchers of the name, which all have to match;
 * the selector has no name then.
 */
export function parseMatchers(
  reader: TokenReader,
  name: string,
  start: Position,
): { name: string; matchers: Matcher[] } {
  const matchers: Matcher[] = [];
  let quoted = '';
  if (reader.at('{')) {
    reader.within('braces', '}', WHERE, () => {
      while (!reader.at('}')) {
        const read = parseMatcher(reader);
        if (read.value === null) quoted = read.name;
        matchers.push(read.value ?? nameIs(read.name));
        if (!reader.takeIf(',')) break;
      }
      if (!reader.at('}')) throw reader.unexpected(WHERE, '"," or "}"');
    });
  }
  const ofName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  if (name !== '') {
    if (ofName[0]) throw twice(reader, start, name, ofName[0].value);
    return { name, matchers: [...matchers, nameIs(name)] };
  }
  return { name: ofName.length === 1 ? quoted : '', matchers };
}

function nameIs(value: string): Matcher {
  return { kind: '=', name: METRIC_NAME, value };
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
