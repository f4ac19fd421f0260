import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Round } from '../samples/round.ts';
import { type ScrapeDeps, scrape } from './scrape.ts';
import type { Target } from './target.ts';
import { createTargetLoop, type TargetLoop, type TargetStatus } from './target-loop.ts';

export interface Scraper {
  /** Scrapes these targets from now on. Those that stay are not disturbed; the series of those that go end. */
  use(targets: readonly Target[]): Promise<void>;
  stop(): Promise<void>;
  status(): readonly TargetStatus[];
}

export function createScraper(
  deps: ScrapeDeps & {
    readonly clock: Clock;
    readonly onRound: (round: Round) => Promise<void>;
    readonly onScrape: (ok: boolean) => void;
  },
): Scraper {
  let loops = new Map<string, TargetLoop>();
  return {
    async use(targets) {
      const next = new Map<string, TargetLoop>();
      const started: TargetLoop[] = [];
      for (const target of targets) {
        const key = JSON.stringify(target);
        if (next.has(key)) continue;
        let loop = loops.get(key);
        if (!loop) {
          loop = createTargetLoop({ ...deps, scrape: (...request) => scrape(deps, ...request) }, target);
          started.push(loop);
        }
        next.set(key, loop);
      }
      const gone = [...loops].filter(([key]) => !next.has(key)).map(([, loop]) => loop);
      loops = next;
      await Promise.all(gone.map((loop) => loop.stop(true)));
      for (const loop of started) loop.start();
    },
    async stop() {
      await Promise.all([...loops.values()].map((loop) => loop.stop(false)));
    },
    status: () => [...loops.values()].map((loop) => loop.status()),
  };
}
