import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { MetricsRegistry } from '../metrics.ts';

export interface HttpMetrics {
  observe(request: IncomingMessage, response: ServerResponse): void;
}

// A part with two ports counts both in the same metrics.
const byRegistry = new WeakMap<MetricsRegistry, HttpMetrics>();

/** Counts what a part's HTTP servers do. Paths are not labels: a scanner would make thousands of series. */
export function createHttpMetrics(registry: MetricsRegistry, clock: Clock): HttpMetrics {
  const known = byRegistry.get(registry);
  if (known) return known;
  const requests = new Counter({
    name: 'tocsin_http_requests_total',
    help: 'HTTP requests answered, by method and status code.',
    labelNames: ['method', 'code'],
    registers: [registry],
  });
  const running = new Gauge({
    name: 'tocsin_http_requests_in_flight',
    help: 'HTTP requests being answered.',
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'tocsin_http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer.',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });

  const metrics: HttpMetrics = {
    observe(request: IncomingMessage, response: ServerResponse): void {
      const startMs = clock.monotonic();
      running.inc();
      response.once('close', () => {
        running.dec();
        duration.observe((clock.monotonic() - startMs) / 1_000);
        requests.inc({ method: request.method ?? '', code: response.statusCode });
      });
    },
  };
  byRegistry.set(registry, metrics);
  return metrics;
}
