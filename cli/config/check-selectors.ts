import { parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { LoadedConfig } from './load-config.ts';

/** Checks the selectors of `retention` and `layers`. Throws ConfigError with the line. */
export function checkSelectors(config: LoadedConfig): void {
  for (const key of ['retention', 'layers'] as const) {
    for (const [index, { match }] of config.values[key].entries()) {
      // An empty selector is an entry for everything, which PromQL itself would not allow.
      if (match.replaceAll(/\s/g, '') === '{}') continue;
      try {
        parseSelector(match);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        const line = config.lineOf([key, index, 'match']);
        throw new ConfigError(config.file ?? '', line, `${key}[${index}].match: ${error.message}`);
      }
    }
  }
}
