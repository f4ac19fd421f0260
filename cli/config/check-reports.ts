import { defaultRouting } from '@tocsin/alerting/routing/default-routing.ts';
import type { Routing } from '@tocsin/alerting/routing/routing.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { LoadedConfig } from './load-config.ts';

/** Checks that reports reach somebody by mail and ask what can be asked; `routing` is null without a file. Throws ConfigError. */
export function checkReports(config: LoadedConfig, routing: Routing | null): void {
  const { receivers } = routing ?? defaultRouting();
  for (const [index, { receiver, graphs }] of config.values.reports.entries()) {
    const integrations = receivers.get(receiver)?.integrations ?? [];
    if (!integrations.some(({ kind }) => kind === 'email')) {
      const known = [...receivers.values()]
        .filter((each) => each.integrations.some(({ kind }) => kind === 'email'))
        .map(({ name }) => name);
      const advice = known.length === 0 ? 'no receiver has' : `those that have are ${known.join(', ')}`;
      const detail = `reports[${index}].receiver: ${receiver} has no email_configs; ${advice}`;
      throw new ConfigError(config.file ?? '', config.lineOf(['reports', index, 'receiver']), detail);
    }
    for (const [place, { expr }] of graphs.entries()) {
      try {
        parseExpr(expr);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        const line = config.lineOf(['reports', index, 'graphs', place, 'expr']);
        throw new ConfigError(
          config.file ?? '',
          line,
          `reports[${index}].graphs[${place}].expr: ${error.message}`,
        );
      }
    }
  }
}
