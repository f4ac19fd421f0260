import type { IncomingMessage, ServerResponse } from 'node:http';
import { createEngine } from '@tocsin/query/engine.ts';
import { DEFAULT_LIMITS as QUERY_LIMITS } from '@tocsin/query/limits.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { createForwarder } from '@tocsin/runtime/http/forward.ts';
import { createHttpServer, type HttpServer, type Readiness, sendText } from '@tocsin/runtime/http/server.ts';
import { createTokens } from '@tocsin/runtime/http/tokens.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createApi } from './api/api.ts';
import { createQueryGate } from './api/query-gate.ts';
import { createQueryLog } from './api/query-log.ts';
import type { AggregatorConfig, ReloadableConfig } from './config.ts';
import { diskTroubleOf } from './ingest/ingest-error.ts';
import { createIngestHandler } from './ingest/ingest-handler.ts';
import { SEND_PATHS, senderOf } from './ingest/sender-of.ts';
import { type AggregatorLimits, DEFAULT_AGGREGATOR_LIMITS } from './limits.ts';
import { createLogStore } from './logs/log-store.ts';
import { createLogsApi } from './logs/logs-api.ts';
import { createLogsIngest } from './logs/logs-ingest.ts';
import { createAggregatorMetrics } from './metrics.ts';
import { createRecentQueries } from './recent/recent-queries.ts';
import { createRetentionPolicies, type RetentionPolicies } from './retention/retention-policies.ts';
import { startRetentionSchedule } from './retention/retention-schedule.ts';
import { createMetricStore, type OpenOwner } from './store/metric-store.ts';
import { createStoreAdministration } from './store/store-administration.ts';
import { createStoreReader } from './store/store-reader.ts';

export interface AggregatorDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
  readonly registry: MetricsRegistry;
  /** Reads the configuration anew; throws when it is invalid. Without it there is no reload. */
  readonly reloadConfig?: () => ReloadableConfig;
  /** Where shard owners live; absent: in this thread. */
  readonly openOwner?: OpenOwner;
  /** Ends the process, to be started afresh by whoever watches over it. */
  readonly restart?: (reason: unknown) => void;
}

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

const MAINTENANCE_MS = 30_000;
const WINDOWS_MS = 1_000;
const RESTART_AFTER_MS = 10_000;
const DEFAULT_SCHEDULE = '17 * * * *';
const CONCURRENT_MAX = 16;
const WAITING_MAX = 256;
const FORM_BYTES_MAX = 4 * 2 ** 20;
const BATCH_QUERIES_MAX = 10_000;

/** Takes in metrics and logs, stores them durably, answers queries. Throws for a retention rule that cannot be used. */
export function createAggregator(deps: AggregatorDeps, config: AggregatorConfig): Part {
  const { clock, log } = deps;
  let limits = withDefaults(config.limits);
  const tokens = createTokens(config.token ?? null, config.senders);
  const retention = createRetentionPolicies(config.retention);
  const wanted = { ...QUERY_LIMITS, ...config.queries?.limits };
  // Both ends of a range count, so one point more than steps.
  const queryLimits = { ...wanted, pointsPerSeriesMax: wanted.pointsPerSeriesMax + 1 };
  const store = createMetricStore(deps, {
    folder: `${config.folder}/metrics`,
    limits,
    retention: config.retention,
    layers: config.layers ?? [],
    streams: config.streams ?? [],
    owners: config.owners ?? 1,
    ...(config.processors !== undefined && { processors: config.processors }),
    queryLimits,
  });
  const logStore = createLogStore(deps, {
    folder: `${config.folder}/logs`,
    ...(config.logRetentionMs !== undefined && { retentionMs: config.logRetentionMs }),
  });
  const metrics = createAggregatorMetrics(deps.registry, store);
  const forwarder = createForwarder();
  let unready: string | null = 'starting';
  let opening: Promise<void> = Promise.resolve();
  let maintenance: Timer | null = null;
  let windows: Timer | null = null;
  let stopSchedule = (): void => undefined;

  const reader = createStoreReader(store, () => unready);
  const ingest = createIngestHandler({
    clock,
    log,
    store,
    limits: () => limits,
    senderOf: (request) => senderOf(tokens, request),
    metrics: metrics.ingest,
  });
  const logsIngest = createLogsIngest({ clock, log, store: logStore, limits: () => limits });
  const recent = createRecentQueries(clock);
  const logsApi = createLogsApi({ clock, log, store: logStore, recent });
  const queryLog = config.queries?.log
    ? createQueryLog({ clock, disk: deps.disk, log, dropped: metrics.queryLogDropped }, config.queries.log)
    : null;
  const api = createApi(
    {
      clock,
      log,
      engine: createEngine({ clock, limits: queryLimits }),
      queryLimits,
      reader,
      gate: createQueryGate(
        {
          concurrentMax: config.queries?.concurrentMax ?? CONCURRENT_MAX,
          waitingMax: config.queries?.waitingMax ?? WAITING_MAX,
        },
        metrics.gate,
      ),
      queryLog,
      recent,
      liveMetrics: metrics.live,
      forwarder,
      facts: {
        version: config.version ?? '',
        node: process.versions.node,
        configYaml: config.configYaml ?? '',
        flags: config.flags ?? {},
        retentionText: describeRetention(retention),
        rulerApi: config.rulerApi === true && Boolean(config.alertingUrl),
      },
      replay: () => store.progress(),
      administration: config.adminApi
        ? createStoreAdministration(store, clock, `${config.folder}/snapshots`)
        : null,
    },
    {
      timeoutMs: wanted.timeoutMs,
      pointsPerSeriesMax: wanted.pointsPerSeriesMax,
      bodyBytesMax: FORM_BYTES_MAX,
      batchQueriesMax: BATCH_QUERIES_MAX,
      alertingUrl: config.alertingUrl ?? null,
      agentUrl: config.agentUrl ?? null,
      token: config.token ?? null,
    },
  );

  const notFound = ([, response]: Exchange): void => sendText(response, 404, 'There is no such path here\n');
  const { reloadConfig } = deps;
  const reload = reloadConfig
    ? async (): Promise<void> => {
        const fresh = reloadConfig();
        // What is being opened is opened with the old one first.
        await opening;
        const freshLimits = withDefaults(fresh.limits);
        await store.configure({
          retention: fresh.retention,
          layers: fresh.layers ?? [],
          limits: freshLimits,
          streams: fresh.streams ?? [],
        });
        limits = freshLimits;
        tokens.setSenders(fresh.senders ?? []);
      }
    : null;
  const common = {
    readiness: (): Readiness => (unready === null ? storeReadiness() : { ready: false, reason: unready }),
    allowedHosts: config.allowedHosts ?? [],
    tokens,
    sendPaths: SEND_PATHS,
  };
  const server = createHttpServer(deps, {
    ...common,
    listen: config.listen,
    ...(reload && { reload }),
    handler: (...exchange) => {
      const takers = [ingest, logsIngest, api.handle, logsApi];
      if (!takers.some((taker) => taker(...exchange))) notFound(exchange);
    },
  });
  const otlpServer: HttpServer | null =
    config.otlpListen === null
      ? null
      : createHttpServer(deps, {
          ...common,
          listen: config.otlpListen,
          handler: (...exchange) => {
            if (!ingest(...exchange) && !logsIngest(...exchange)) notFound(exchange);
          },
        });

  function storeReadiness(): Readiness {
    const { shortOfSpace, quarantined } = store.trouble();
    if (shortOfSpace)
      return { ready: false, reason: 'the disk is full or nearly so; free some space below data_dir' };
    const unreadable = [...quarantined, ...logStore.figures().unreadable];
    if (unreadable.length === 0) return { ready: true };
    return { ready: false, reason: `some stored data cannot be read: ${unreadable.join('; ')}` };
  }

  async function open(): Promise<void> {
    try {
      await Promise.all([store.open(), logStore.open()]);
      unready = null;
      const { owners, series } = await store.figures();
      log.info({ owners, series }, 'store is open');
    } catch (error) {
      unready = `Cannot open the store: ${error instanceof Error ? error.message : error}`;
      log.error({ err: error }, 'cannot open the store');
      // A full disk may have room soon. A store opened half-way is not opened again: the process is, from the start.
      if (diskTroubleOf(error) !== null)
        clock.setTimeout(() => deps.restart?.(error), RESTART_AFTER_MS, { keepAlive: false });
    }
  }

  async function maintain(): Promise<void> {
    await Promise.all([store.maintain(), logStore.maintain()]);
  }

  async function retain(): Promise<void> {
    await Promise.all([store.retain(), logStore.retain()]);
  }

  async function inBackground(work: () => Promise<void>, what: string): Promise<void> {
    if (unready !== null) return;
    try {
      await work();
    } catch (error) {
      metrics.maintenanceFailures.inc();
      log.error({ err: error }, `cannot ${what}; trying again later`);
    }
  }

  return {
    ...(reload && { reload }),
    get address() {
      return server.address;
    },
    async start() {
      await server.start();
      await otlpServer?.start();
      unready = 'replaying the journal';
      opening = open();
      maintenance = clock.setInterval(() => void inBackground(maintain, 'seal'), MAINTENANCE_MS, {
        keepAlive: false,
      });
      windows = clock.setInterval(() => inBackground(store.closeWindows, 'close windows'), WINDOWS_MS, {
        keepAlive: false,
      });
      stopSchedule = await startRetentionSchedule(config.retentionSchedule ?? DEFAULT_SCHEDULE, () =>
        inBackground(retain, 'remove outdated files'),
      );
    },
    async stop() {
      maintenance?.cancel();
      windows?.cancel();
      stopSchedule();
      api.close();
      await Promise.all([server.stop(), otlpServer?.stop()]);
      forwarder.close();
      await opening;
      await Promise.all([store.close(), logStore.close(), queryLog?.close()]);
    },
  };
}

function withDefaults(limits: Partial<AggregatorLimits> = {}): AggregatorLimits {
  return { ...DEFAULT_AGGREGATOR_LIMITS, ...limits };
}

function describeRetention({ policies }: RetentionPolicies): string {
  return policies.map(({ match, key }) => `${match} ${key}`).join('; ');
}
