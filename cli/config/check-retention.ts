import { parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { LoadedConfig } from './load-config.ts';

/** Checks the selectors of `retention`. Throws ConfigError with the line. */
export function checkRetention(config: LoadedConfig): void {
  for (const [index, { match }] of config.values.retention.entries()) {
    // An empty selector is a policy for everything, which PromQL itself would not allow.
    if (match.replaceAll(/\s/g, '') === '{}') continue;
    try {
      parseSelector(match);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const path = ['retention', index, 'match'];
      throw new ConfigError(
        config.file ?? '',
        config.lineOf(path),
        `retention[${index}].match: ${error.message}`,
      );
    }
  }
}
