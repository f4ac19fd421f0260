import { fileURLToPath } from 'node:url';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { createForwarder } from '@tocsin/runtime/http/forward.ts';
import { createHttpServer, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { DashboardConfig } from './config.ts';
import { createDashboardMetrics } from './metrics.ts';
import { createPage, isPageBuilt, securityHeaders } from './server/page.ts';
import { createPassThrough } from './server/pass-through.ts';
import { createUpstreams } from './server/upstreams.ts';

export interface DashboardDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricsRegistry;
}

const builtPage = fileURLToPath(new URL('./dist', import.meta.url));

/** The server of the web page: its files, and same-origin access to the aggregator's and alerting's APIs. */
export function createDashboard(deps: DashboardDeps, config: DashboardConfig): Part {
  const folder = config.pageFolder ?? builtPage;
  const metrics = createDashboardMetrics(deps.registry);
  const forwarder = createForwarder();
  const upstreams = createUpstreams(deps.clock, metrics);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    next();
  });
  app.use(createPassThrough({ forwarder, upstreams, metrics }, config));
  app.use(createPage(folder));
  app.use((_request, response) => sendText(response, 404, 'There is nothing here. The page is at /\n'));
  // Express tells an error handler by its four parameters.
  app.use(
    (error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
      const status = error.status ?? 500;
      if (status >= 500) deps.log.error({ err: error }, 'cannot answer a request');
      if (response.headersSent) response.destroy();
      else sendText(response, status, status >= 500 ? 'Cannot answer: see the log\n' : 'Bad request\n');
    },
  );

  const server = createHttpServer(deps, {
    listen: config.listen,
    handler: app,
    allowedHosts: config.allowedHosts ?? [],
    token: config.token ?? null,
    readiness: () =>
      isPageBuilt(folder)
        ? { ready: true }
        : { ready: false, reason: 'the page is not built; run: npm run build:page' },
  });

  return {
    get address() {
      return server.address;
    },
    async start() {
      await server.start();
    },
    async stop() {
      await server.stop();
      forwarder.close();
    },
  };
}
