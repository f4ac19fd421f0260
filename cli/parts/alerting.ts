import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { reportConfigs } from '../config/report-configs.ts';
import { ruleFiles } from '../config/rule-files.ts';
import { version } from '../version.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { partCommand } from './part-command.ts';
import { partUrl } from './urls.ts';

export const alerting = partCommand({
  name: 'alerting',
  summary: 'run the alerting engine alone: evaluates rules, routes, notifies',
  stores: true,
  async create({ config, listen, folder, log, registry, reloadConfig }) {
    const { createAlerting } = await import('@tocsin/alerting/alerting.ts');
    const { createThreadBacktest } = await import('@tocsin/alerting/backtest/thread-backtest.ts');
    const { createThreadDrawer } = await import('@tocsin/alerting/graph/thread-drawer.ts');
    const http = createHttpClient({ token: config.token });
    const reloadable = (from: LoadedConfig) => ({
      rules: ruleFiles(from),
      routingFile: from.resolve(from.values.routing),
      reports: reportConfigs(from),
    });
    return createAlerting(
      {
        clock: systemClock,
        random: systemRandom,
        disk: systemDisk,
        http,
        receiverHttp: config.token === null ? http : createHttpClient(),
        log,
        registry,
        backtester: createThreadBacktest(config.token),
        drawer: createThreadDrawer(systemClock),
        reloadConfig: () => reloadable(reloadConfig()),
      },
      {
        ...reloadable(config),
        listen,
        folder,
        aggregatorUrl: partUrl(config, 'aggregator'),
        externalUrl: config.values.external_url.replace(/\/+$/, ''),
        evaluationIntervalMs: parseDurationMs(config.values.evaluation_interval) ?? 15_000,
        historyMs: parseDurationMs(config.values.alert_history) ?? Number.POSITIVE_INFINITY,
        rulerApi: config.values.ruler_api,
        version,
        allowedHosts: allowedHosts(config.values),
        token: config.token,
      },
    );
  },
});
