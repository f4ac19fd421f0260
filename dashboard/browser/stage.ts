import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { build } from 'vite';
import { createDashboard } from '../dashboard.ts';
import { type FakeContent, type FakePart, startFakeAggregator, startFakeAlerting } from './fake-parts.ts';

/** The real dashboard between a browser and fake parts that the test can change, stop and start. */
export interface Stage {
  readonly url: string;
  readonly content: FakeContent;
  /** The folder with the dashboards' files. */
  readonly dashboards: string;
  aggregator: FakePart;
  alerting: FakePart;
  /** Starts a stopped part again where it was. */
  restart(part: 'aggregator' | 'alerting'): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the page as it is in the sources now; the folder is the caller's to remove. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-page-'));
  const root = fileURLToPath(new URL('../app', import.meta.url));
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

export async function createStage(content: FakeContent, pageFolder: string): Promise<Stage> {
  const aggregator = await startFakeAggregator(content);
  const alerting = await startFakeAlerting(content);
  const dashboards = await mkdtemp(join(tmpdir(), 'tocsin-dashboards-'));
  const dashboard = createDashboard(
    { clock: systemClock, log: silentLog, registry: createMetricsRegistry('dashboard', '0') },
    {
      listen: { host: '127.0.0.1', port: 0 },
      aggregatorUrl: aggregator.url,
      alertingUrl: alerting.url,
      pageFolder,
      dataFolder: join(dashboards, 'data'),
      dashboards: {
        files: async () =>
          (await readdir(dashboards))
            .filter((name) => name.endsWith('.yml'))
            .sort()
            .map((name) => join(dashboards, name)),
        home: { folder: dashboards, extension: '.yml' },
      },
    },
  );
  await dashboard.start();
  const stage: Stage = {
    dashboards,
    url: `http://127.0.0.1:${dashboard.address.port}`,
    content,
    aggregator,
    alerting,
    async restart(part) {
      const start = part === 'aggregator' ? startFakeAggregator : startFakeAlerting;
      stage[part] = await start(content, stage[part].port);
    },
    async stop() {
      await Promise.all([dashboard.stop(), stage.aggregator.stop(), stage.alerting.stop()]);
      await rm(dashboards, { recursive: true });
    },
  };
  return stage;
}
