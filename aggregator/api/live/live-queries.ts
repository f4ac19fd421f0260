import type { Counter, Gauge } from 'prom-client';
import { ApiError } from '../api-error.ts';
import { LiveQuery, type LiveQueryConfig, type LiveQueryDeps } from './live-query.ts';
import type { LiveRequest } from './live-request.ts';

export interface LiveMetrics {
  readonly clients: Pick<Gauge, 'set'>;
  readonly queries: Pick<Gauge, 'set'>;
  readonly refused: Pick<Counter, 'inc'>;
  readonly stalled: Pick<Counter, 'inc'>;
}

export interface LiveQueriesConfig extends LiveQueryConfig {
  /** Different ones, over all clients. */
  readonly queriesMax: number;
}

/** The live queries someone listens to, each once however many listen. */
export class LiveQueries {
  readonly #deps: LiveQueryDeps & { readonly metrics: Pick<LiveMetrics, 'queries' | 'refused'> };
  readonly #config: LiveQueriesConfig;
  readonly #byKey = new Map<string, LiveQuery>();

  constructor(
    deps: LiveQueryDeps & { readonly metrics: Pick<LiveMetrics, 'queries' | 'refused'> },
    config: LiveQueriesConfig,
  ) {
    this.#deps = deps;
    this.#config = config;
  }

  /** Throws ApiError when there are too many. Who gets one listens to it, or `release`s it. */
  share(request: LiveRequest): LiveQuery {
    const known = this.#byKey.get(request.key);
    if (known) return known;
    if (this.#byKey.size >= this.#config.queriesMax) {
      this.#deps.metrics.refused.inc();
      throw new ApiError(
        'unavailable',
        `Cannot start the live query: ${this.#config.queriesMax} different ones run already; try again later`,
      );
    }
    const live = new LiveQuery(this.#deps, this.#config, request);
    this.#byKey.set(request.key, live);
    this.#deps.metrics.queries.set(this.#byKey.size);
    return live;
  }

  /** Forgets it when nobody listens any more. */
  release(request: LiveRequest): void {
    if (this.#byKey.get(request.key)?.listeners !== 0) return;
    this.#byKey.delete(request.key);
    this.#deps.metrics.queries.set(this.#byKey.size);
  }
}
