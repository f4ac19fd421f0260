import { Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import { collectProcessMetrics } from './process-metrics.ts';

/** Where a part keeps its own metrics. */
export type MetricsRegistry = Registry<OpenMetricsContentType>;

/** A part's own metrics, served by its HTTP server under /metrics as OpenMetrics. */
export function createMetricsRegistry(part: string, version: string): MetricsRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectProcessMetrics(registry);
  new Gauge({
    name: 'tocsin_build_info',
    help: 'Constant 1; the labels say which part runs in which version.',
    labelNames: ['part', 'version', 'node'],
    registers: [registry],
  }).set({ part, version, node: process.versions.node }, 1);
  return registry;
}
