import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { createForwarder } from '@tocsin/runtime/http/forward.ts';
import { createHttpServer, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { DashboardConfig } from './config.ts';
import { createLinkStore } from './links/link-store.ts';
import { createDashboardMetrics } from './metrics.ts';
import { createAggregatorAsker } from './render/ask-aggregator.ts';
import { createRenderer } from './render/renderer.ts';
import { createDashboardsApi } from './server/dashboards-api.ts';
import { createOpened } from './server/opened.ts';
import { createPage } from './server/page.ts';
import { createPassThrough } from './server/pass-through.ts';
import { securityHeaders } from './server/security-headers.ts';
import { createShareApi } from './server/share-api.ts';
import { createShownDashboards } from './server/shown-dashboard.ts';
import { createUpstreams } from './server/upstreams.ts';
import { createDashboardStore, type DashboardPlace } from './store/dashboard-store.ts';

export interface DashboardDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricsRegistry;
  /** Where the built page and dashboards are; this machine's disk when not given. */
  readonly disk?: Disk;
}

const nowhere: DashboardPlace = { files: async () => [], home: null };
const builtPage = fileURLToPath(new URL('./dist', import.meta.url));

/** The server of the web page: its files, and same-origin access to the aggregator's and alerting's APIs. */
export function createDashboard(deps: DashboardDeps, config: DashboardConfig): Part {
  const disk = deps.disk ?? systemDisk;
  const dashboards = createDashboardStore(disk, config.dashboards ?? nowhere);
  const show = createShownDashboards();
  const page = createPage(disk, config.pageFolder ?? builtPage, createOpened(dashboards, show, deps.clock));
  const metrics = createDashboardMetrics(deps.registry);
  const asker = createAggregatorAsker(config.aggregatorUrl, config.token ?? null);
  const now = () => deps.clock.now();
  const links = createLinkStore(
    disk,
    config.dataFolder === undefined ? null : join(config.dataFolder, 'links'),
  );
  const renderer = createRenderer(disk, asker.range, now);
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
  app.use(createDashboardsApi(dashboards, show));
  app.use(createShareApi({ dashboards, links, renderer, asker, now }));
  app.use(page.router);
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
    readiness: page.readiness,
  });

  return {
    get address() {
      return server.address;
    },
    async start() {
      await page.look();
      await server.start();
    },
    async stop() {
      await server.stop();
      forwarder.close();
      asker.close();
    },
  };
}
