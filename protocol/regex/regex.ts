import { RE2JS } from 're2js';
import { parseAlternatives } from './alternatives.ts';
import { Automaton } from './automaton.ts';
import { REGEX_LIMITS } from './limits.ts';
import { parseRegex } from './parse-regex.ts';
import { compileProgram } from './program.ts';
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
  /** The most steps that takes, about. A match can take as many, but mostly takes one a character. */
  submatchSteps(text: string): number;
  /** Names of the capturing groups, by number from 1 on. */
  readonly groupNames: ReadonlyMap<string, number>;
}

/** Throws RegexError for what RE2 refuses, and for expressions over the limits. */
export function compileRegex(source: string): Regex {
  if (source.length > REGEX_LIMITS.lengthMax) {
    throw new RegexError(`longer than ${REGEX_LIMITS.lengthMax} characters`, `${source.slice(0, 40)}...`);
  }
  const program = compileProgram(parseRegex(source, true), source);
  const { set, prefix, suffix } = parseAlternatives(source);
  // Only groups need the other engine, so it is made when they are asked for.
  let withGroups: RE2JS | null = null;
  const groups = (): RE2JS => {
    withGroups ??= RE2JS.compile(source, RE2JS.DOTALL);
    return withGroups;
  };
  let automaton: Automaton | null = null;
  const matches = (text: string): boolean => {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    automaton ??= new Automaton(program);
    return automaton.matches(text);
  };
  return {
    source,
    matches: set !== null ? setMatch(set) : (trivialMatch(source) ?? matches),
    setMatches: set,
    prefix,
    submatchSteps: (text) => program.kinds.length * text.length,
    submatches(text) {
      if (!this.matches(text)) return null;
      if (source === '(.*)') return [text, text];
      const matcher = groups().matcher(text);
      if (!matcher.matches()) return null;
      const found: (string | null)[] = [];
      for (let i = 0; i <= matcher.groupCount(); i++) found.push(matcher.group(i) ?? null);
      return found;
    },
    get groupNames() {
      return new Map<string, number>(Object.entries(groups().namedGroups()));
    },
  };
}

function setMatch(set: readonly string[]): (text: string) => boolean {
  if (set.length === 1) {
    const only = set[0]!;
    return (text) => text === only;
  }
  const members = new Set(set);
  return (text) => members.has(text);
}

function trivialMatch(source: string): ((text: string) => boolean) | null {
  if (source === '.*') return () => true;
  return source === '.+' ? (text) => text !== '' : null;
}
