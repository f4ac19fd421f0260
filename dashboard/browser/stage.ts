import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { createDashboard } from '../dashboard.ts';
import { type FakeContent, type FakePart, startFakeAggregator, startFakeAlerting } from './fake-parts.ts';

/** The real dashboard between a browser and fake parts that the test can change and stop. */
export interface Stage {
  readonly url: string;
  readonly content: FakeContent;
  readonly aggregator: FakePart;
  readonly alerting: FakePart;
  stop(): Promise<void>;
}

export async function createStage(content: FakeContent): Promise<Stage> {
  const aggregator = await startFakeAggregator(content);
  const alerting = await startFakeAlerting(content);
  const dashboard: Part = createDashboard(
    { clock: systemClock, log: silentLog, registry: createMetricsRegistry('dashboard', '0') },
    { listen: { host: '127.0.0.1', port: 0 }, aggregatorUrl: aggregator.url, alertingUrl: alerting.url },
  );
  await dashboard.start();
  return {
    url: `http://127.0.0.1:${dashboard.address.port}`,
    content,
    aggregator,
    alerting,
    async stop() {
      await Promise.all([dashboard.stop(), aggregator.stop(), alerting.stop()]);
    },
  };
}
