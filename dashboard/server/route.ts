export type Upstream = 'aggregator' | 'alerting';

export type Route =
  | { readonly kind: 'forward'; readonly upstream: Upstream; readonly path: string }
  /** An API of the dashboard itself. */
  | { readonly kind: 'own' }
  | { readonly kind: 'refuse'; readonly reason: 'admin' | 'ingest' | 'path' }
  | { readonly kind: 'page' };

// What the page needs no more than a stranger's page does: deleting data, and writing it.
const admin = /^\/api\/v1\/admin(\/|$)/i;
const ingest = /^\/(api\/v1\/(write|import|otlp)|loki\/api\/v1\/push)(\/|$)/i;
const own = /^\/api\/tocsin\/v1\/(dashboards|import|links|render)(\/|$)/;
const toAggregator = /^\/(api\/v1|loki\/api\/v1|api\/tocsin\/v1)\//;
const toAlerting = /^\/(api\/v2|api\/oncall\/v1)\//;
const alertingPrefix = '/alerting';
// Rules are written where rulers have it, outside of `/api`; alerting refuses that unless it is configured.
const alertingPaths = /^\/(api|config\/v1\/rules)\//;

/**
 * Decides what happens to a request's path (still percent-encoded, without query). Paths are judged decoded, and
 * those that another server could read differently from us are refused.
 */
export function routeOf(path: string): Route {
  const decoded = decode(path);
  if (decoded === undefined) return { kind: 'refuse', reason: 'path' };
  if (admin.test(decoded)) return { kind: 'refuse', reason: 'admin' };
  if (ingest.test(decoded)) return { kind: 'refuse', reason: 'ingest' };
  if (own.test(decoded)) return { kind: 'own' };
  if (toAggregator.test(decoded)) return { kind: 'forward', upstream: 'aggregator', path };
  if (toAlerting.test(decoded)) return { kind: 'forward', upstream: 'alerting', path };
  if (path.startsWith(`${alertingPrefix}/`)) {
    const inner = path.slice(alertingPrefix.length);
    if (alertingPaths.test(decode(inner) ?? ''))
      return { kind: 'forward', upstream: 'alerting', path: inner };
    return { kind: 'refuse', reason: 'path' };
  }
  return { kind: 'page' };
}

/** The path with its segments decoded; undefined when a segment would change the path's shape. */
function decode(path: string): string | undefined {
  const segments: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    let text: string;
    try {
      text = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
    if (text === '.' || text === '..' || /[/\\\0]/.test(text)) return undefined;
    segments.push(text);
  }
  return segments.slice(0, -1).includes('') ? undefined : `/${segments.join('/')}`;
}
