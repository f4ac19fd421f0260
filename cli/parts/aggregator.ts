import { availableParallelism } from 'node:os';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { checkRetentionSchedule } from '../config/check-retention-schedule.ts';
import { checkSelectors } from '../config/check-selectors.ts';
import { aggregatorLimits } from '../config/limits.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { listenAddress } from '../config/load-config.ts';
import { queriesConfig } from '../config/queries.ts';
import { readSenders } from '../config/senders.ts';
import { version } from '../version.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { partCommand } from './part-command.ts';
import { partUrl } from './urls.ts';

// More owners than this make files and requests small without being needed by what one process takes in.
const OWNERS_MAX = 8;

/** One processor is for the thread that takes requests (docs/decisions/0014-shards-and-tiers.md has the measurement). */
function ownersFor(processors: number): number {
  return Math.max(1, Math.min(processors - 1, OWNERS_MAX));
}

export const aggregator = partCommand({
  name: 'aggregator',
  summary: 'run the aggregator alone: ingest, store, query',
  options: [
    { name: 'enable-admin-api', help: 'allow deleting, snapshots and compaction under /api/v1/admin/tsdb' },
  ],
  stores: true,
  async create({ config, listen, onlyListen, folder, supervised, flag, log, registry, reloadConfig }) {
    checkSelectors(config);
    await checkRetentionSchedule(config);
    const restart = (reason: unknown): never => {
      throw reason;
    };
    const { startOwnerThread } = await import('@tocsin/aggregator/shard/thread-owner.ts');
    const startStoreThread = (index: number) =>
      startOwnerThread({ name: `store-${index}`, logPart: 'aggregator', onEnd: restart });
    // There is always a first; it loads its code while this thread does.
    const firstThread = startStoreThread(0);
    const { createAggregator } = await import('@tocsin/aggregator/aggregator.ts');
    const { otlp } = config.values.listen;
    const asksAlerting = supervised || config.values.alerting_url !== undefined;
    const reloadable = (from: LoadedConfig) => ({
      retention: from.values.retention,
      layers: from.values.layers,
      limits: aggregatorLimits(from.values.limits, from.values.auth.senders),
      senders: readSenders(from),
      streams: from.values.stream_aggregation,
    });
    return createAggregator(
      {
        clock: systemClock,
        disk: systemDisk,
        random: systemRandom,
        log,
        registry,
        restart,
        openOwner: (index, ownerConfig, events) =>
          (index === 0 ? firstThread : startStoreThread(index))(ownerConfig, events),
        reloadConfig() {
          const fresh = reloadConfig();
          checkSelectors(fresh);
          return reloadable(fresh);
        },
      },
      {
        ...reloadable(config),
        listen,
        otlpListen: onlyListen || otlp === 'off' ? null : listenAddress(otlp, 'listen.otlp'),
        folder,
        owners: config.values.shard_threads ?? ownersFor(availableParallelism()),
        processors: availableParallelism(),
        ...(config.values.retention_schedule !== undefined && {
          retentionSchedule: config.values.retention_schedule,
        }),
        logRetentionMs:
          config.values.log_retention === 'forever' ? null : parseDurationMs(config.values.log_retention),
        queries: queriesConfig(config.values.queries, config.resolve),
        allowedHosts: allowedHosts(config.values),
        token: config.token,
        alertingUrl: asksAlerting ? partUrl(config, 'alerting') : null,
        agentUrl: supervised ? partUrl(config, 'agent') : null,
        adminApi: flag('enable-admin-api'),
        rulerApi: config.values.ruler_api,
        version,
        configYaml: JSON.stringify(config.values, null, 2),
        flags: {
          'data-dir': config.dataDir,
          listen: `${listen.host}:${listen.port}`,
          'enable-admin-api': String(flag('enable-admin-api')),
        },
      },
    );
  },
});
