import type { Clock } from '@tocsin/runtime/clock.ts';
import { limits } from '../limits.ts';
import type { MetricFactory } from './metric-factory.ts';

/** What the middleware needs of express' request (4 and 5), and of its router's. */
export interface RoutedRequest {
  readonly method?: string;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

export interface FinishingResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

export type Middleware = (request: RoutedRequest, response: FinishingResponse, next: () => void) => void;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Measures every request: `http_request_duration_seconds` by method, route and status, and
 * `http_requests_in_flight`. The route is the pattern (`/orders/:id`), never the path, so that the number of
 * series stays that of the routes; what no route took is `unmatched`. Status 499: the client went away first.
 */
export function createExpressMiddleware(metrics: MetricFactory, clock: Clock): Middleware {
  const duration = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer HTTP requests, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    layer: 'usage',
  });
  const inFlight = metrics.gauge({
    name: 'http_requests_in_flight',
    help: 'HTTP requests being answered.',
    layer: 'usage',
  });
  const routes = new Set<string>();
  const bounded = (route: string): string => {
    if (routes.size < limits.routesMax) routes.add(route);
    return routes.has(route) ? route : 'other';
  };
  return (request, response, next) => {
    const startMs = clock.monotonic();
    inFlight.inc();
    response.once('close', () => {
      inFlight.dec();
      const method = METHODS.has(request.method ?? '') ? request.method! : 'OTHER';
      const status = response.writableFinished ? String(response.statusCode) : '499';
      duration.observe(
        { method, route: bounded(routeOf(request)), status },
        (clock.monotonic() - startMs) / 1_000,
      );
    });
    next();
  };
}

function routeOf({ baseUrl = '', route }: RoutedRequest): string {
  const path = route?.path;
  if (path === undefined) return 'unmatched';
  // A route may be given by several patterns or by regular expressions.
  const pattern = Array.isArray(path) ? path.map(String).join(' | ') : String(path);
  return `${withoutIds(baseUrl)}${baseUrl !== '' && pattern === '/' ? '' : pattern}`;
}

/** Of a router mounted under a pattern express tells the path only; what looks like an id is taken out. */
function withoutIds(baseUrl: string): string {
  return baseUrl.replace(/\/(\d+|[0-9a-fA-F-]{16,})(?=\/|$)/g, '/:id');
}
