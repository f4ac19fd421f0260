import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import { gauge } from '../collect/collector.ts';
import { untilPhase } from '../samples/phase.ts';
import { createRound, type Round } from '../samples/round.ts';
import { createStaleness } from '../samples/staleness.ts';
import type { Scraped } from './scrape.ts';
import type { Target } from './target.ts';

export interface TargetStatus {
  readonly target: Target;
  readonly health: 'unknown' | 'up' | 'down';
  readonly lastError: string;
  /** Milliseconds since the epoch; 0 before the first scrape. */
  readonly lastScrapeMs: number;
  readonly lastDurationMs: number;
}

export interface TargetLoop {
  start(): void;
  /** With `gone`, the target is no longer to be scraped: its series end. */
  stop(gone: boolean): Promise<void>;
  status(): TargetStatus;
}

const UP = gauge('up', '1 if the target could be scraped, 0 if not.');
const DURATION = gauge('scrape_duration_seconds', 'Duration of the scrape.');
const SAMPLES = gauge('scrape_samples_scraped', 'Samples the target exposed.');
const KEPT = gauge('scrape_samples_post_metric_relabeling', 'Samples that were kept.');

// A part started together with the agent needs a moment until it listens.
const FIRST_SCRAPE_AFTER_MS = 1_000;

/**
 * Scrapes a target at its interval, at a moment of its own within it (the same after a restart, so that
 * the distance between samples stays). Every scrape, failed or not, gives `up` and its sisters; series that
 * were there the last time and are not any more end.
 */
export function createTargetLoop(
  deps: {
    readonly clock: Clock;
    readonly scrape: (target: Target, atMs: number, signal: AbortSignal) => Promise<Scraped>;
    readonly onRound: (round: Round) => Promise<void>;
    readonly onScrape: (ok: boolean) => void;
  },
  target: Target,
): TargetLoop {
  const { clock } = deps;
  const staleness = createStaleness();
  const offsetMs = hash(target.url + JSON.stringify(target.labels)) % target.intervalMs;
  const own = { layer: 'system', ...target.labels };
  let status: TargetStatus = { target, health: 'unknown', lastError: '', lastScrapeMs: 0, lastDurationMs: 0 };
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  const stopping = new AbortController();

  const scrapeOnce = async (): Promise<void> => {
    const atMs = clock.now();
    const startMs = clock.monotonic();
    let scraped: Scraped | null = null;
    let lastError = '';
    try {
      scraped = await deps.scrape(target, atMs, stopping.signal);
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error);
    }
    // Cut short by us, which says nothing about the target.
    if (stopping.signal.aborted) return;
    const lastDurationMs = clock.monotonic() - startMs;
    status = { target, health: scraped ? 'up' : 'down', lastError, lastScrapeMs: atMs, lastDurationMs };
    deps.onScrape(scraped !== null);
    const { emit, round } = createRound(own, atMs);
    emit(UP, scraped ? 1 : 0);
    emit(DURATION, lastDurationMs / 1_000);
    emit(SAMPLES, scraped?.samples ?? 0);
    emit(KEPT, scraped?.samples ?? 0);
    const ended = staleness.next(scraped?.dated ?? [], atMs);
    const series = [...(scraped?.series ?? []), ...round.series, ...ended];
    await deps.onRound({ series, metadata: [...(scraped?.metadata ?? []), ...round.metadata] });
  };
  const schedule = (delayMs: number): void => {
    timer = clock.setTimeout(() => {
      running = scrapeOnce().finally(() => {
        running = null;
        if (!stopping.signal.aborted) schedule(untilPhase(clock.now(), target.intervalMs, offsetMs));
      });
    }, delayMs);
  };
  return {
    start: () => schedule(FIRST_SCRAPE_AFTER_MS + (offsetMs % FIRST_SCRAPE_AFTER_MS)),
    async stop(gone) {
      stopping.abort();
      timer?.cancel();
      await running;
      if (!gone) return;
      const atMs = Math.max(clock.now(), status.lastScrapeMs + 1);
      const names = [UP, DURATION, SAMPLES, KEPT].map(({ name }) =>
        labelsFromObject({ ...own, __name__: name }),
      );
      const meta = createStaleness();
      meta.next(status.lastScrapeMs === 0 ? [] : names, atMs);
      await deps.onRound({ series: [...staleness.next([], atMs), ...meta.next([], atMs)], metadata: [] });
    },
    status: () => status,
  };
}

/** FNV-1a, to spread targets; nothing depends on its quality. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
