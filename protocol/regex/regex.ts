import { RE2JS } from 're2js';
import { parseAlternatives } from './alternatives.ts';
import { backtrackingTwin } from './backtracking-twin.ts';
import { REGEX_LIMITS } from './limits.ts';
import { RegexError } from './regex-error.ts';

/**
 * An RE2 expression matched against whole strings, `.` matching a newline too, as Prometheus matches label
 * values. Time is linear in the text whatever the expression.
 */
export interface Regex {
  readonly source: string;
  /** True when the whole of `text` matches. */
  matches(text: string): boolean;
  /** The only strings that match, when they are few and known; a label index looks these up directly. */
  readonly setMatches: readonly string[] | null;
  /** What every match starts with; empty when unknown. */
  readonly prefix: string;
  /** The groups of a whole match, [0] the text itself, null for a group that took no part; or null. */
  submatches(text: string): readonly (string | null)[] | null;
  /** Names of the capturing groups, by number from 1 on. */
  readonly groupNames: ReadonlyMap<string, number>;
}

/** Throws RegexError for what RE2 refuses, and for expressions over the limits. */
export function compileRegex(source: string): Regex {
  const compiled = compileRe2(source);
  const { set, prefix, suffix } = parseAlternatives(source);
  let names: Map<string, number> | null = null;
  return {
    source,
    matches: set === null ? slowMatch(source, compiled, prefix, suffix) : setMatch(set),
    setMatches: set,
    prefix,
    submatches(text) {
      const matcher = compiled.matcher(text);
      if (!matcher.matches()) return null;
      const groups: (string | null)[] = [];
      for (let i = 0; i <= compiled.groupCount(); i++) groups.push(matcher.group(i) ?? null);
      return groups;
    },
    get groupNames() {
      names ??= new Map(Object.entries(compiled.namedGroups()));
      return names;
    },
  };
}

function compileRe2(source: string): RE2JS {
  if (source.length > REGEX_LIMITS.lengthMax) {
    throw new RegexError(source.slice(0, 40), `longer than ${REGEX_LIMITS.lengthMax} characters`);
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    throw new RegexError(
      source,
      error instanceof Error
        ? error.message.replace(/^error parsing regexp: /, '').replace('`(?s)', '`')
        : String(error),
    );
  }
  if (compiled.programSize() > REGEX_LIMITS.programSizeMax) {
    throw new RegexError(
      source,
      `its repetitions expand to more than ${REGEX_LIMITS.programSizeMax} instructions`,
    );
  }
  return compiled;
}

function setMatch(set: readonly string[]): (text: string) => boolean {
  if (set.length === 1) {
    const only = set[0]!;
    return (text) => text === only;
  }
  const members = new Set(set);
  return (text) => members.has(text);
}

function slowMatch(
  source: string,
  compiled: RE2JS,
  prefix: string,
  suffix: string,
): (text: string) => boolean {
  if (source === '.*') return () => true;
  if (source === '.+') return (text) => text !== '';
  const twin = backtrackingTwin(source);
  const match = (text: string): boolean => {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    if (twin !== null && text.length <= REGEX_LIMITS.backtrackingTextMax) return twin.test(text);
    return compiled.matches(text);
  };
  return match;
}
