import { createStreamRules, StreamRuleError } from '@tocsin/aggregator/streaming/stream-rule.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { RegexError } from '@tocsin/protocol/regex/regex-error.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { LoadedConfig } from './load-config.ts';

/** Checks the selectors of `retention`, `layers` and `stream_aggregation`, and the latter's rules. Throws ConfigError with the line. */
export function checkSelectors(config: LoadedConfig): void {
  for (const key of ['retention', 'layers', 'stream_aggregation'] as const) {
    for (const [index, { match }] of config.values[key].entries()) {
      // An empty selector is an entry for everything, which PromQL itself would not allow.
      if (match.replaceAll(/\s/g, '') === '{}') continue;
      try {
        parseSelector(match).map(compileMatcher);
      } catch (error) {
        if (!(error instanceof ParseError || error instanceof RegexError)) throw error;
        const line = config.lineOf([key, index, 'match']);
        throw new ConfigError(config.file ?? '', line, `${key}[${index}].match: ${error.message}`);
      }
    }
  }
  try {
    createStreamRules(config.values.stream_aggregation);
  } catch (error) {
    if (!(error instanceof StreamRuleError)) throw error;
    const line = config.lineOf(['stream_aggregation', error.index, error.key]);
    throw new ConfigError(config.file ?? '', line, error.message);
  }
}
