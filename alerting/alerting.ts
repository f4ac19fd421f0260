import { join } from 'node:path';
import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { createHttpServer, type HttpServer } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createAlertBook } from './alerts/alert-book.ts';
import { createApi } from './api/create-api.ts';
import type { Backtester } from './backtest/backtester.ts';
import type { AlertingConfig, ReloadableConfig } from './config.ts';
import { createDrills, type Drills } from './drill/drills.ts';
import { loadRules } from './evaluation/load-rules.ts';
import { withOwnKeys } from './evaluation/own-keys.ts';
import { createQueryClient } from './evaluation/query-client.ts';
import { createRecordedWriter } from './evaluation/recorded-writer.ts';
import { createRuleEngine, type RuleEngine } from './evaluation/rule-engine.ts';
import type { Drawer } from './graph/drawer.ts';
import { createGraphs } from './graph/graphs.ts';
import { createRangeQuery } from './history/range-query.ts';
import { createSeriesExists } from './history/series-exists.ts';
import { ALERTING_LIMITS } from './limits.ts';
import { createAlertingMetrics } from './metrics.ts';
import { createNotifier, type Notifier } from './notify/notifier.ts';
import { createQuality } from './quality/quality.ts';
import { cronSchedule } from './reports/cron-schedule.ts';
import { createReports, type Reports, type Schedule } from './reports/reports.ts';
import { loadRoutingOrDefault } from './routing/load-routing-or-default.ts';
import type { Routing } from './routing/routing.ts';
import { createStoredRules } from './ruler/stored-rules.ts';
import { createSilences } from './silences/silences.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createDiskProbe } from './store/disk-probe.ts';
import { createStore, type Store } from './store/store.ts';

export interface AlertingDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  /** For the aggregator; it carries the token, if there is one. */
  readonly http: HttpClient;
  /** For receivers; never carries the token. The same as `http` when there is no token. */
  readonly receiverHttp: HttpClient;
  readonly log: Log;
  readonly registry: MetricsRegistry;
  /** Reads the configuration anew at a reload; without it, only the files it names are read again. */
  readonly reloadConfig?: () => ReloadableConfig;
  readonly backtester: Backtester;
  /** Without it, mails carry no graphs. */
  readonly drawer?: Drawer;
  /** For tests; the default is node-cron's. */
  readonly schedule?: Schedule;
  /** For tests; the default opens alerting.db in the folder. */
  readonly openDatabase?: (file: string) => Database;
}

const STOP_GRACE_MS = 2_000;

/** Evaluates rules, groups what fires, and notifies; keeps everything that must survive in its folder. */
export function createAlerting(deps: AlertingDeps, config: AlertingConfig): Part {
  const { clock, disk, log } = deps;
  const metrics = createAlertingMetrics(deps.registry);
  for (const outcome of ['success', 'failure']) metrics.reloads.inc({ outcome }, 0);
  for (const outcome of ['drawn', 'empty', 'failed']) metrics.graphs.inc({ outcome }, 0);
  for (const outcome of ['queued', 'failed']) metrics.reports.inc({ outcome }, 0);
  let running: Running | null = null;
  const storedRulesFolder = join(config.folder, 'rules');
  const storedRules = createStoredRules(disk, storedRulesFolder);
  // Of the last successful reload: a rule written through the API does not read the configuration anew.
  let named: ReloadableConfig = config;

  const part = {
    get address() {
      return running?.server.address ?? config.listen;
    },
    async start() {
      // Everything a person wrote is checked before anything is opened.
      const groups = await loadAllRules(config);
      const routing = await loadRoutingOrDefault(disk, config.routingFile);
      running = open(routing);
      running.notifier.start();
      running.engine.start(groups);
      await running.reports.use(config.reports ?? []);
      await running.server.start();
      log.info(
        { rules: countRules(groups), routing: routing.file ?? 'not configured' },
        'rules and routing loaded',
      );
    },
    async stop() {
      const stopping = running;
      if (!stopping) return;
      running = null;
      await Promise.all([stopping.drills.stop(), stopping.reports.stop()]);
      await stopping.engine.stop();
      await Promise.all([stopping.server.stop(STOP_GRACE_MS), stopping.notifier.stop(STOP_GRACE_MS)]);
      stopping.store.close();
      await deps.drawer?.stop();
    },
    async reload() {
      try {
        const fresh = deps.reloadConfig?.() ?? config;
        const groups = await loadAllRules(fresh);
        const routing = await loadRoutingOrDefault(disk, fresh.routingFile);
        running?.notifier.useRouting(routing);
        running?.engine.useRules(groups);
        await running?.reports.use(fresh.reports ?? []);
        named = fresh;
        metrics.reloads.inc({ outcome: 'success' });
      } catch (error) {
        metrics.reloads.inc({ outcome: 'failure' });
        throw error;
      }
    },
  } satisfies Part;
  return part;

  /** Those of files first, then those written through the API. */
  async function loadAllRules({ rules }: Pick<ReloadableConfig, 'rules'>): Promise<readonly RuleGroup[]> {
    return withOwnKeys([...(await loadRules(disk, rules)), ...(await storedRules.load())]);
  }

  async function reloadRules(): Promise<void> {
    running?.engine.useRules(await loadAllRules(named));
  }

  function open(routing: Routing): Running {
    const startedMs = clock.now();
    const store = createStore((deps.openDatabase ?? openDatabase)(join(config.folder, 'alerting.db')));
    const book = createAlertBook(store);
    const silences = createSilences(store, clock, deps.random);
    const range = createRangeQuery(deps.http, config.aggregatorUrl);
    const { drawer } = deps;
    const graphs =
      drawer &&
      createGraphs({
        ...deps,
        drawer,
        query: range,
        onOutcome: (outcome) => metrics.graphs.inc({ outcome }),
      });
    const notifier = createNotifier(
      {
        ...deps,
        ...(graphs && { graphs }),
        http: deps.receiverHttp,
        store,
        book,
        silences,
        metrics,
        historyMs: config.historyMs ?? ALERTING_LIMITS.historyMs,
      },
      routing,
      config.externalUrl,
    );
    const evaluation = {
      ...deps,
      metrics,
      store,
      book,
      query: createQueryClient(deps.http, clock, {
        url: config.aggregatorUrl,
        timeoutMs: ALERTING_LIMITS.queryTimeoutMs,
      }),
      writer: createRecordedWriter(
        { ...deps, onOutcome: (outcome, samples) => metrics.recorded.inc({ outcome }, samples) },
        config.aggregatorUrl,
      ),
      externalUrl: config.externalUrl,
    };
    const engine = createRuleEngine({ ...evaluation, defaultIntervalMs: config.evaluationIntervalMs });
    const drills = createDrills({ ...evaluation, notifier });
    const quality = createQuality({
      clock,
      store,
      engine,
      notifier,
      exists: createSeriesExists(deps.http, config.aggregatorUrl),
    });
    const reports = createReports({
      ...deps,
      store,
      notifier,
      quality,
      query: range,
      externalUrl: config.externalUrl,
      schedule: deps.schedule ?? cronSchedule,
      onOutcome: (outcome) => metrics.reports.inc({ outcome }),
    });
    const probe = createDiskProbe(store, clock);
    const server = createHttpServer(deps, {
      listen: config.listen,
      handler: createApi(
        {
          clock,
          disk,
          book,
          silences,
          notifier,
          engine,
          store,
          metrics,
          drill: {
            drills,
            test: () => ({ ...deps, store, receivers: notifier.receivers, externalUrl: config.externalUrl }),
          },
          quality: { clock, quality },
          backtest: {
            clock,
            backtester: deps.backtester,
            jobDefaults: () => ({
              ruleFiles: named.rules,
              storedRulesFolder,
              routingFile: named.routingFile,
              aggregatorUrl: config.aggregatorUrl,
              externalUrl: config.externalUrl,
              defaultIntervalMs: config.evaluationIntervalMs,
            }),
          },
          ruler: config.rulerApi ? { storedRules, reloadRules } : null,
          version: config.version,
          startedMs,
        },
        log,
      ),
      // An unreachable aggregator is alerted on; not ready would take the API away just then.
      readiness: () => {
        const fault = probe();
        return fault === null ? { ready: true } : { ready: false, reason: `cannot record alerts: ${fault}` };
      },
      reload: () => part.reload(),
      ...(config.allowedHosts ? { allowedHosts: config.allowedHosts } : {}),
      token: config.token ?? null,
    });
    return { server, store, notifier, engine, drills, reports };
  }
}

interface Running {
  readonly server: HttpServer;
  readonly store: Store;
  readonly notifier: Notifier;
  readonly engine: RuleEngine;
  readonly drills: Drills;
  readonly reports: Reports;
}

function countRules(groups: readonly { readonly rules: readonly unknown[] }[]): number {
  return groups.reduce((sum, group) => sum + group.rules.length, 0);
}
