import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { BodyAborted } from '@tocsin/runtime/http/read-body.ts';
import { pathOf, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { type BufferPool, createBufferPool } from './buffer-pool.ts';
import { handleImport } from './import-exposition.ts';
import { IngestError, toIngestError } from './ingest-error.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { handleOtlpMetrics, sendOtlpError } from './otlp-metrics.ts';
import { handleRemoteWrite } from './remote-write.ts';

export interface IngestDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MetricStore, 'write'>;
  /** Those that hold now. */
  readonly limits: () => AggregatorLimits;
  /** The name of whoever sends a request. */
  readonly senderOf: (request: IncomingMessage) => string;
  readonly metrics: IngestMetrics;
}

interface RequestDeps {
  readonly clock: Clock;
  /** Writes in the name of the request's sender. */
  readonly store: Pick<MetricStore, 'write'>;
  readonly buffers: BufferPool;
  readonly limits: AggregatorLimits;
}

type Handler = (
  deps: RequestDeps,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<{ readonly kept: number; readonly refused: number }>;

interface Route {
  readonly protocol: string;
  readonly handle: Handler;
}

/** The paths on which metrics come in. Returns false for a path that is none of them. */
export function createIngestHandler(
  deps: IngestDeps,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { clock, store, metrics } = deps;
  const buffers = createBufferPool();
  const otlp: Route = { protocol: 'otlp', handle: handleOtlpMetrics };
  const routes = new Map<string, Route>([
    ['/api/v1/write', { protocol: 'remote-write', handle: handleRemoteWrite }],
    ['/api/v1/import/prometheus', { protocol: 'import', handle: handleImport }],
    ['/v1/metrics', otlp],
    ['/api/v1/otlp/v1/metrics', otlp],
  ]);
  let running = 0;

  const serve = async (route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    running++;
    const limits = deps.limits();
    const sender = deps.senderOf(request);
    const inItsName: Pick<MetricStore, 'write'> = {
      write: (message) => store.write({ ...message, sender }),
    };
    try {
      if (running > limits.requestsMax) {
        metrics.shed.inc({ protocol: route.protocol });
        throw new IngestError(503, `${limits.requestsMax} requests are being taken in; send again later`);
      }
      const { kept, refused } = await route.handle(
        { clock, store: inItsName, buffers, limits },
        request,
        response,
      );
      metrics.kept.inc({ protocol: route.protocol }, kept);
      if (refused > 0) metrics.refused.inc({ protocol: route.protocol }, refused);
    } catch (error) {
      if (error instanceof BodyAborted) {
        response.destroy();
        return;
      }
      const known = toIngestError(error);
      if (known === null) deps.log.error({ err: error, path: pathOf(request) }, 'cannot take a request');
      const answer = known ?? new IngestError(500, 'Cannot take the request: see the log');
      metrics.failed.inc({ protocol: route.protocol, code: answer.status });
      if (answer.status === 503) response.setHeader('Retry-After', answer.retryAfterS);
      // What is left of a body nobody reads would be taken for the next request.
      if (!request.complete) response.setHeader('Connection', 'close');
      if (route.protocol === 'otlp') sendOtlpError(request, response, answer);
      else sendText(response, answer.status, `${answer.message}\n`);
    } finally {
      running--;
    }
  };

  return (request, response) => {
    const route = routes.get(pathOf(request));
    if (!route) return false;
    if (request.method === 'POST') void serve(route, request, response);
    else {
      response.setHeader('Allow', 'POST');
      sendText(response, 405, 'Send this with POST\n');
    }
    return true;
  };
}
