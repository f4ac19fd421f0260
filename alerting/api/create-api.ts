import type { HttpHandler } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import express, { type NextFunction, type Request, type Response } from 'express';
import { mountAlerts } from './alerts-api.ts';
import type { ApiDeps } from './api-deps.ts';
import { ApiError } from './api-error.ts';
import { mountBacktest } from './backtest-api.ts';
import { mountDrills } from './drill-api.ts';
import { mountNotifications } from './notifications-api.ts';
import { mountQuality } from './quality-api.ts';
import { mountRuler } from './ruler-api.ts';
import { mountRules } from './rules-api.ts';
import { mountRunbooks } from './runbooks-api.ts';
import { mountSilences } from './silences-api.ts';
import { mountStatus } from './status-api.ts';
import { mountWhy } from './why-api.ts';

/** Everything alerting serves beside health and metrics. */
export function createApi(deps: ApiDeps, log: Log): HttpHandler {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  mountStatus(app, deps);
  mountAlerts(app, deps);
  mountSilences(app, deps);
  mountRules(app, deps);
  mountNotifications(app, deps);
  mountRunbooks(app, deps.disk);
  mountWhy(app, deps);
  mountBacktest(app, deps.backtest);
  mountDrills(app, deps.drill);
  mountQuality(app, deps.quality);
  if (deps.ruler) mountRuler(app, deps.ruler);
  app.use((request: Request, response: Response) => {
    answerError(request, response, new ApiError(404, `path ${request.path} was not found`), log);
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else answerError(request, response, error, log);
  });
  return app;
}

/** Alertmanager's API answers an error as a JSON string, Prometheus' as an envelope. */
function answerError(request: Request, response: Response, error: unknown, log: Log): void {
  const status = error instanceof ApiError ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 500) log.error({ err: error, path: request.path }, 'cannot answer');
  response.status(status);
  if (request.path.startsWith('/api/v2/')) response.json(message);
  else
    response.json({
      status: 'error',
      errorType: status === 404 ? 'not_found' : status === 500 ? 'internal' : 'bad_data',
      error: message,
    });
}
