/** The processes the page depends on. */
export type Upstream = 'aggregator' | 'alerting' | 'dashboard';

export interface Outage {
  readonly sinceMs: number;
  readonly detail: string;
}

export type Health = Readonly<Partial<Record<Upstream, Outage>>>;

/** Which of them do not answer, and since when; components subscribe to it. */
export interface HealthStore {
  get(): Health;
  subscribe(listener: () => void): () => void;
  up(upstream: Upstream): void;
  down(upstream: Upstream, sinceMs: number, detail: string): void;
}

export function createHealthStore(): HealthStore {
  let health: Health = {};
  const listeners = new Set<() => void>();
  const replace = (next: Health) => {
    health = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => health,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    up(upstream) {
      if (health[upstream] === undefined) return;
      const { [upstream]: _gone, ...rest } = health;
      replace(rest);
    },
    down(upstream, sinceMs, detail) {
      const known = health[upstream];
      if (known?.sinceMs === sinceMs && known.detail === detail) return;
      // The server remembers across pages, this page across the server's restarts: the earlier one is right.
      replace({ ...health, [upstream]: { sinceMs: Math.min(sinceMs, known?.sinceMs ?? sinceMs), detail } });
    },
  };
}
