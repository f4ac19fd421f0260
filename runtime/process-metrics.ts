import { collectDefaultMetrics, type Registry, type RegistryContentType } from 'prom-client';
import { addEventLoopLag } from './event-loop-lag.ts';

// What it measures is measured at less cost by `addEventLoopLag`.
const NEVER_MS = 2 ** 31 - 1;

/** prom-client's metrics of this process: processor, memory, garbage collection, event loop. */
export function collectProcessMetrics(registry: Registry<RegistryContentType>): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS });
  for (const { name } of registry.getMetricsAsArray())
    if (name.startsWith('nodejs_eventloop_lag_')) registry.removeSingleMetric(name);
  addEventLoopLag(registry);
}
