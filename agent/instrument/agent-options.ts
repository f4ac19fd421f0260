import type { Layer } from './layer.ts';
import type { MetricsSource } from './registry-reader.ts';

export interface AgentOptions {
  /** The service's name: labels `service` and `job` of its metrics, `service.name` of its logs. */
  readonly service: string;
  /** Where Tocsin's aggregator is. Default: the environment's TOCSIN_URL, else http://127.0.0.1:9701; `off` sends nothing. */
  readonly url?: string;
  /** Tells the processes of one service apart. Default: host name and process id. */
  readonly instance?: string;
  /** The layer of metrics that name none. Default `usage`; `process_*` and `nodejs_*` are `system`. */
  readonly layer?: Layer;
  /** Between two rounds of metrics, in milliseconds. Default 10,000, at least 1,000. */
  readonly intervalMs?: number;
  /** Registries the service has already: prom-client's, @prometheus-io/client's. */
  readonly registries?: readonly MetricsSource[];
  /** The process' and Node's own metrics. Default true. */
  readonly defaultMetrics?: boolean;
  /** Bearer token, when the aggregator asks for one. Default: the environment's TOCSIN_TOKEN. */
  readonly token?: string;
}

export interface ResolvedOptions {
  readonly service: string;
  /** Null: nothing is sent. Without a slash at the end. */
  readonly url: string | null;
  readonly instance: string;
  readonly layer: Layer;
  readonly intervalMs: number;
  readonly registries: readonly MetricsSource[];
  readonly defaultMetrics: boolean;
  readonly token: string | null;
}

const DEFAULT_URL = 'http://127.0.0.1:9701';
const DEFAULT_INTERVAL_MS = 10_000;
const INTERVAL_MIN_MS = 1_000;
const LAYERS: readonly unknown[] = ['business', 'usage', 'system'];

/** Fills in what is not said. What cannot be used is reported to `warn` and left out, never thrown. */
export function resolveOptions(
  options: AgentOptions,
  environment: Readonly<Record<string, string | undefined>>,
  process: { readonly host: string; readonly pid: number },
  warn: (message: string) => void,
): ResolvedOptions {
  const { service, layer = 'usage', intervalMs = DEFAULT_INTERVAL_MS } = options;
  const named = typeof service === 'string' && service.trim() !== '';
  if (!named)
    warn('Cannot name this service: createAgent needs { service: "name" }; using "unknown_service"');
  if (!LAYERS.includes(layer))
    warn(`Cannot use layer "${layer}": it is business, usage or system; using usage`);
  const usable = Number.isFinite(intervalMs) && intervalMs >= INTERVAL_MIN_MS;
  if (!usable) warn(`Cannot use intervalMs ${intervalMs}: at least ${INTERVAL_MIN_MS} is needed; using that`);
  return {
    service: named ? service : 'unknown_service',
    url: resolveUrl(options.url || environment['TOCSIN_URL'] || DEFAULT_URL, warn),
    instance: options.instance || `${process.host}:${process.pid}`,
    layer: LAYERS.includes(layer) ? layer : 'usage',
    intervalMs: usable ? intervalMs : INTERVAL_MIN_MS,
    registries: options.registries ?? [],
    defaultMetrics: options.defaultMetrics ?? true,
    token: options.token || environment['TOCSIN_TOKEN'] || null,
  };
}

function resolveUrl(url: string, warn: (message: string) => void): string | null {
  if (url === 'off') return null;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  warn(`Cannot send to "${url}": it is no http or https URL, such as ${DEFAULT_URL}; nothing is sent`);
  return null;
}
