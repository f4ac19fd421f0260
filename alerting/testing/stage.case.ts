import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry, type MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock, type SimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { type AlertingDeps, createAlerting } from '../alerting.ts';
import type { AlertingConfig } from '../config.ts';
import { createFakeHttp, type FakeHttp } from './fake-http.ts';
import { inlineBacktest } from './inline-backtest.ts';

/** Alerting on a simulated clock and network, with its files in a folder of its own. */
export interface Stage {
  readonly clock: SimulatedClock;
  readonly http: FakeHttp;
  readonly folder: string;
  readonly part: Part;
  readonly registry: MetricsRegistry;
  /** Path under the part's address. */
  url(path: string): string;
  get<T>(path: string): Promise<T>;
  write(name: string, text: string): void;
  /** Starts alerting, again after `abandon` or a stop, on the same folder. */
  start(
    options?: Partial<Pick<AlertingDeps, 'openDatabase' | 'schedule' | 'drawer'>> &
      Pick<AlertingConfig, 'rulerApi' | 'reports'>,
  ): Promise<void>;
  /** As kill -9 leaves it: nothing is stopped in order, and nothing of it happens any more. */
  abandon(): void;
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  end(): Promise<void>;
}

/** Longer than what a part that is stopped leaves its sends. */
const STOP_MS = 3_000;

export function createStage(
  files: Readonly<Record<string, string>>,
  startMs = Date.UTC(2026, 0, 5, 12),
): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-alerting-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  let clock = createSimulatedClock(startMs);
  const http = createFakeHttp();
  const random = createSeededRandom(1);
  let registry = createMetricsRegistry('alerting', 'test');
  let part: Part | null = null;
  const running: Part[] = [];
  const clocks = [clock];
  const current = (): Part => {
    if (!part) throw new Error('alerting is not started');
    return part;
  };

  const stage: Stage = {
    get clock() {
      return clock;
    },
    http,
    folder,
    get part() {
      return current();
    },
    get registry() {
      return registry;
    },
    url: (path) => `http://127.0.0.1:${current().address.port}${path}`,
    async get<T>(path: string): Promise<T> {
      const body: unknown = await (await fetch(stage.url(path))).json();
      return body as T;
    },
    write,
    async start({ rulerApi = false, reports = [], ...options } = {}) {
      registry = createMetricsRegistry('alerting', 'test');
      part = createAlerting(
        {
          clock,
          random,
          disk: systemDisk,
          http,
          receiverHttp: http,
          log: silentLog,
          registry,
          backtester: inlineBacktest(http),
          ...options,
        },
        {
          listen: { host: '127.0.0.1', port: 0 },
          folder,
          aggregatorUrl: 'http://aggregator',
          externalUrl: 'http://tocsin.test',
          rules: [join(folder, '*.rules.yml')],
          routingFile: join(folder, 'alertmanager.yml'),
          evaluationIntervalMs: 15_000,
          rulerApi,
          reports,
          version: 'test',
        },
      );
      running.push(part);
      await part.start();
    },
    abandon() {
      // Its timers stay behind on a clock that nobody moves any more.
      clock = createSimulatedClock(clock.now());
      clocks.push(clock);
      part = null;
    },
    async metric(name, labels = {}) {
      const found = (await registry.getMetricsAsJSON()).find((each) => each.name === name);
      const values = (found?.values ?? []).filter((value) =>
        Object.entries(labels).every(([key, text]) => value.labels[key] === text),
      );
      return values.reduce((sum, value) => sum + value.value, 0);
    },
    async end() {
      // Abandoned ones still hold a port, and what they were sending is waited for until their clock says otherwise.
      const stopped = Promise.all(running.map((each) => each.stop().catch(() => undefined)));
      for (const each of clocks) await each.advance(STOP_MS);
      await stopped;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}
