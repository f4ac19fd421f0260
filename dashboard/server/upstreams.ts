import type { Clock } from '@tocsin/runtime/clock.ts';
import type { DashboardMetrics } from '../metrics.ts';
import type { Upstream } from './route.ts';

/** Remembers since when a part does not answer, so that every open page says the same. */
export interface Upstreams {
  answered(upstream: Upstream): void;
  /** Returns since when it is down, in ms since the epoch. */
  failed(upstream: Upstream): number;
}

export function createUpstreams(clock: Clock, metrics: DashboardMetrics): Upstreams {
  const downSinceMs = new Map<Upstream, number>();
  return {
    answered(upstream) {
      downSinceMs.delete(upstream);
      metrics.upstreamUp.set({ upstream }, 1);
    },
    failed(upstream) {
      const since = downSinceMs.get(upstream) ?? clock.now();
      downSinceMs.set(upstream, since);
      metrics.upstreamUp.set({ upstream }, 0);
      return since;
    },
  };
}
