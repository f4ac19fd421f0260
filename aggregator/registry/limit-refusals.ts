import type { NamedCount } from './label-counts.ts';
import { type LimitReached, SERIES_LIMITS, type SeriesLimit } from './series-limits.ts';

export interface RefusedSeries extends NamedCount {
  readonly limit: SeriesLimit;
}

// Metrics that are full can be as many as there are metrics; the largest are full first.
const NAMES_MAX = 1_000;

/** How often each limit kept a series from being made, and whose. A series that is sent again and again counts each time. */
export class LimitRefusals {
  readonly byLimit = new Map<SeriesLimit, number>(SERIES_LIMITS.map((limit) => [limit, 0]));
  readonly #byName = new Map(SERIES_LIMITS.map((limit) => [limit, new Map<string, number>()]));
  #names = 0;

  count({ limit, name }: LimitReached): void {
    this.byLimit.set(limit, this.byLimit.get(limit)! + 1);
    const names = this.#byName.get(limit)!;
    const known = names.get(name);
    if (known === undefined && this.#names >= NAMES_MAX) return;
    if (known === undefined) this.#names++;
    names.set(name, (known ?? 0) + 1);
  }

  /** Largest first. */
  top(): readonly RefusedSeries[] {
    return [...this.#byName]
      .flatMap(([limit, names]) => Array.from(names, ([name, count]) => ({ limit, name, count })))
      .sort((a, b) => b.count - a.count);
  }
}
