import { compileMatcher } from '../matchers/compile-matcher.ts';
import type { Matcher } from '../matchers/matcher.ts';

/** The text is no list of matchers; `detail` is for the person who wrote it. */
export class MatcherSyntaxError extends Error {
  override readonly name = 'MatcherSyntaxError';
}

const RESERVED = /[\s{}!=~,\\"'`]/;
const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/;

/**
 * Matchers as Alertmanager writes them in its configuration, in `amtool` and in `filter=` parameters:
 * `{a="b", c=~"d.*"}`, `a=b`, `"quoted name"!="x"`. What only the older, laxer syntax takes (`a=two words`) is
 * taken too, as Alertmanager's fallback does.
 */
export function parseMatchers(text: string): readonly Matcher[] {
  try {
    return parseStrict(text).map(checked);
  } catch (error) {
    if (!(error instanceof MatcherSyntaxError)) throw error;
    try {
      return parseClassic(text).map(checked);
    } catch (classicError) {
      // The strict reading knows the place.
      throw classicError instanceof MatcherSyntaxError ? error : classicError;
    }
  }
}

/** One matcher, for places that take exactly one. */
export function parseMatcher(text: string): Matcher {
  const matchers = parseMatchers(text);
  if (matchers.length !== 1)
    throw new MatcherSyntaxError(`expected one matcher, found ${matchers.length} in ${text}`);
  return matchers[0]!;
}

/** `name="value"`; the name quoted when it must be. */
export function formatMatcher({ kind, name, value }: Matcher): string {
  const shown = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : JSON.stringify(name);
  return `${shown}${kind}${JSON.stringify(value)}`;
}

export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(formatMatcher).join(',')}}`;
}

function parseStrict(text: string): readonly Matcher[] {
  let at = 0;
  const fail = (detail: string): never => {
    throw new MatcherSyntaxError(`${detail} at character ${at + 1} of ${JSON.stringify(text.slice(0, 200))}`);
  };
  const skip = (): void => {
    while (at < text.length && /\s/.test(text[at]!)) at++;
  };
  const word = (what: string): string => {
    skip();
    if (text[at] === '"') return quoted();
    const start = at;
    while (at < text.length && !RESERVED.test(text[at]!)) at++;
    return at > start ? text.slice(start, at) : fail(`expected ${what}`);
  };
  const quoted = (): string => {
    const start = at++;
    while (text[at] !== '"') {
      if (at >= text.length) fail('unclosed quote');
      at += text[at] === '\\' ? 2 : 1;
    }
    at++;
    return unescaped(text.slice(start + 1, at - 1));
  };

  skip();
  const braced = text[at] === '{';
  if (braced) at++;
  const matchers: Matcher[] = [];
  for (;;) {
    skip();
    if (at >= text.length || text[at] === '}') break;
    const name = word('a label name');
    skip();
    const operator = /^(?:=~|!~|!=|=)/.exec(text.slice(at, at + 2))?.[0];
    if (!operator) fail('expected =, !=, =~ or !~');
    at += operator!.length;
    skip();
    const empty = at >= text.length || text[at] === ',' || text[at] === '}';
    matchers.push({
      kind: operator as Matcher['kind'],
      name,
      value: empty ? fail('expected a value') : word('a value'),
    });
    skip();
    if (text[at] === ',') at++;
    else if (at < text.length && text[at] !== '}') fail('expected a comma');
  }
  if (braced) {
    if (text[at] !== '}') fail('expected }');
    at++;
    skip();
  }
  if (at < text.length) fail('expected the end');
  return matchers;
}

function checked(matcher: Matcher): Matcher {
  if (matcher.name === '') throw new MatcherSyntaxError('a matcher needs a label name');
  try {
    compileMatcher(matcher);
  } catch (error) {
    throw new MatcherSyntaxError(error instanceof Error ? error.message : String(error));
  }
  return matcher;
}

/** The older syntax: what stands between commas outside of double quotes, the braces optional each by itself. */
function parseClassic(text: string): readonly Matcher[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let escaped = false;
  for (const character of text.replace(/^\{/, '').replace(/\}$/, '')) {
    if (character === ',' && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (character === '"' && !escaped) quoted = !quoted;
    escaped = character === '\\' && !escaped;
    part += character;
  }
  if (part !== '') parts.push(part);
  return parts.map((each) => {
    const match = CLASSIC.exec(each);
    if (!match) throw new MatcherSyntaxError(`bad matcher format: ${each}`);
    return {
      kind: match[2] as Matcher['kind'],
      name: match[1]!,
      value: unquoteClassic(match[3]!, text),
    };
  });
}

function unquoteClassic(value: string, text: string): string {
  const inner = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(value)?.[1] ?? value;
  if (inner.replace(/\\[\s\S]/g, '').includes('"')) throw new MatcherSyntaxError(`stray quote in ${text}`);
  return unescaped(inner);
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, letter: string) => {
    if (letter === 'n') return '\n';
    return letter === '"' || letter === '\\' ? letter : whole;
  });
}
