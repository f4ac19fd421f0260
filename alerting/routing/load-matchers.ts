import { MatcherSyntaxError, parseMatchers } from '@tocsin/protocol/alertmanager/parse-matchers.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import type { MatcherSource } from './routing-schema.ts';

/** `match`, `match_re` and `matchers` are all required to match. */
export function loadMatchers(
  source: YamlFile,
  path: readonly (string | number)[],
  keys: MatcherSource,
): readonly CompiledMatcher[] {
  try {
    const matchers = [
      ...Object.entries(keys.match ?? {}).map(([name, value]) => ({ kind: '=', name, value }) as const),
      ...Object.entries(keys.match_re ?? {}).map(([name, value]) => ({ kind: '=~', name, value }) as const),
      ...(keys.matchers ?? []).flatMap(parseMatchers),
    ];
    return matchers
      .map(compileMatcher)
      .sort((a, b) => (a.matcher.name < b.matcher.name ? -1 : a.matcher.name > b.matcher.name ? 1 : 0));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice =
      error instanceof MatcherSyntaxError ? '; write a matcher as name="value" or name=~"expression"' : '';
    throw new ConfigError(source.file, source.lineOf(path), `bad matcher: ${message}${advice}`);
  }
}
