import type { Forwarder } from '@tocsin/runtime/http/forward.ts';
import { pathOf, sendJson } from '@tocsin/runtime/http/server.ts';
import type { Request, Response } from 'express';
import type { DashboardConfig } from '../config.ts';
import { forwardBodyBytesMax, forwardsAtOnceMax, forwardTimeoutMs, forwardUrlLengthMax } from '../limits.ts';
import type { DashboardMetrics } from '../metrics.ts';
import { routeOf, type Upstream } from './route.ts';
import { mayChange } from './same-origin.ts';
import type { Upstreams } from './upstreams.ts';

export interface PassThroughDeps {
  readonly forwarder: Forwarder;
  readonly upstreams: Upstreams;
  readonly metrics: DashboardMetrics;
}

const pageLengthMax = 300;

const refusals = {
  admin: 'The admin API is not served by the dashboard. Send the request to the aggregator itself.',
  ingest: 'The dashboard takes no data. Send it to the aggregator itself.',
  path: 'The path is not one the dashboard passes on.',
} as const;

/**
 * Same-origin access to the other parts' APIs. Answers in the form of Prometheus' API errors where it answers
 * itself. Calls `next` for everything that is no API path.
 */
export function createPassThrough(deps: PassThroughDeps, config: DashboardConfig) {
  const urls: Readonly<Record<Upstream, string>> = {
    aggregator: config.aggregatorUrl.replace(/\/+$/, ''),
    alerting: config.alertingUrl.replace(/\/+$/, ''),
  };
  let running = 0;

  return async (request: Request, response: Response, next: () => void): Promise<void> => {
    const route = routeOf(pathOf(request));
    if (route.kind === 'page') {
      next();
      return;
    }
    const refuse = (status: number, reason: string, detail: string) => {
      deps.metrics.refused.inc({ reason });
      sendError(response, status, 'forbidden', detail);
    };
    if (route.kind === 'refuse') return refuse(403, route.reason, refusals[route.reason]);
    if (!mayChange(request)) {
      return refuse(
        403,
        'origin',
        'Changes are taken only from the dashboard itself, not from pages elsewhere.',
      );
    }
    if (route.kind === 'own') {
      next();
      return;
    }
    const url = request.url ?? '/';
    if (url.length > forwardUrlLengthMax) {
      return refuse(
        414,
        'length',
        `The address exceeds ${forwardUrlLengthMax} bytes. Send the query by POST.`,
      );
    }
    if (running >= forwardsAtOnceMax) {
      response.setHeader('Retry-After', '1');
      return refuse(
        503,
        'busy',
        `The dashboard is passing on ${forwardsAtOnceMax} requests already. Try again.`,
      );
    }
    running++;
    const query = url.indexOf('?');
    const outcome = await deps.forwarder.forward(request, response, {
      url: urls[route.upstream] + route.path + (query < 0 ? '' : url.slice(query)),
      token: config.token ?? null,
      headers: askerOf(request),
      timeoutMs: forwardTimeoutMs,
      bodyBytesMax: forwardBodyBytesMax,
    });
    running--;
    deps.metrics.forwarded.inc({ upstream: route.upstream, outcome: outcome.kind });
    if (outcome.kind === 'answered') deps.upstreams.answered(route.upstream);
    else if (outcome.kind === 'too-large') {
      response.setHeader('Connection', 'close');
      sendError(response, 413, 'bad_data', `The request exceeds ${forwardBodyBytesMax} bytes.`);
    } else if (outcome.kind === 'unreachable') {
      const since = new Date(deps.upstreams.failed(route.upstream)).toISOString();
      response.setHeader('X-Tocsin-Down-Since', since);
      const where = urls[route.upstream];
      const detail = `Cannot reach the ${route.upstream} at ${where}: ${outcome.detail}. It has not answered since ${since}.`;
      sendError(response, 502, 'unavailable', detail);
    }
  };
}

/** For whom, and for which page, a request is passed on: the aggregator tells it with the queries it was asked. */
function askerOf(request: Request): Readonly<Record<string, string>> {
  const { referer } = request.headers;
  const page = referer !== undefined && URL.canParse(referer) ? new URL(referer).pathname : '';
  const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const before = request.headers['x-forwarded-for'];
  return {
    'x-forwarded-for': [...(before === undefined ? [] : [before].flat()), client].join(', '),
    ...(page === '' ? {} : { 'x-tocsin-page': page.slice(0, pageLengthMax) }),
  };
}

function sendError(response: Response, status: number, errorType: string, error: string): void {
  sendJson(response, status, { status: 'error', errorType, error });
}
