import { compileRegex } from '../regex/regex.ts';
import type { Matcher } from './matcher.ts';

/** A matcher ready to run. An absent label is matched as the empty string. */
export interface CompiledMatcher {
  readonly matcher: Matcher;
  matches(value: string): boolean;
  /** True when a series without the label matches. */
  readonly matchesEmpty: boolean;
  /** The only values that match (for `=`, and for `=~` when known), else null. */
  readonly setMatches: readonly string[] | null;
  /** What every matching value starts with; empty when unknown and for `!=` and `!~`. */
  readonly prefix: string;
}

/** Throws RegexError when `=~` or `!~` holds what RE2 refuses. */
export function compileMatcher(matcher: Matcher): CompiledMatcher {
  const { kind, value } = matcher;
  switch (kind) {
    case '=':
      return {
        matcher,
        matches: (text) => text === value,
        matchesEmpty: value === '',
        setMatches: [value],
        prefix: value,
      };
    case '!=':
      return {
        matcher,
        matches: (text) => text !== value,
        matchesEmpty: value !== '',
        setMatches: null,
        prefix: '',
      };
    case '=~': {
      const regex = compileRegex(value);
      const { setMatches, prefix } = regex;
      return { matcher, matches: regex.matches, matchesEmpty: regex.matches(''), setMatches, prefix };
    }
    case '!~': {
      const regex = compileRegex(value);
      const matches = (text: string) => !regex.matches(text);
      return { matcher, matches, matchesEmpty: matches(''), setMatches: null, prefix: '' };
    }
  }
}
