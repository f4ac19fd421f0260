import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter } from 'prom-client';

/** What moves through ingest, by protocol. */
export function createIngestMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  return {
    kept: new Counter({
      name: 'tocsin_ingest_samples_total',
      help: 'Samples kept durably; repeated ones included.',
      labelNames: ['protocol'],
      registers,
    }),
    refused: new Counter({
      name: 'tocsin_ingest_refused_samples_total',
      help: 'Samples refused in requests of which the rest was kept.',
      labelNames: ['protocol'],
      registers,
    }),
    failed: new Counter({
      name: 'tocsin_ingest_failed_requests_total',
      help: 'Requests of which nothing was kept, by the status they were answered with.',
      labelNames: ['protocol', 'code'],
      registers,
    }),
    shed: new Counter({
      name: 'tocsin_ingest_shed_requests_total',
      help: 'Requests sent away because too many were being taken in.',
      labelNames: ['protocol'],
      registers,
    }),
  };
}

export type IngestMetrics = ReturnType<typeof createIngestMetrics>;
