import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge } from 'prom-client';

export type DashboardMetrics = ReturnType<typeof createDashboardMetrics>;

export function createDashboardMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  return {
    forwarded: new Counter({
      name: 'tocsin_dashboard_forwarded_requests_total',
      help: 'Requests passed on to another part, by part and outcome.',
      labelNames: ['upstream', 'outcome'],
      registers,
    }),
    refused: new Counter({
      name: 'tocsin_dashboard_refused_requests_total',
      help: 'Requests not passed on, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    upstreamUp: new Gauge({
      name: 'tocsin_dashboard_upstream_up',
      help: 'Whether the last request to another part was answered (1) or not (0).',
      labelNames: ['upstream'],
      registers,
    }),
  };
}
