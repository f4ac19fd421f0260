import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { untilPhase } from '../samples/phase.ts';
import { createRound, type Round } from '../samples/round.ts';
import { createStaleness } from '../samples/staleness.ts';
import { type Collector, gauge } from './collector.ts';

export interface HostLoop {
  start(): void;
  stop(): Promise<void>;
}

const UP = gauge('up', '1 while the agent of this host reports.');
const SUCCESS = gauge('node_scrape_collector_success', 'Whether a collector succeeded.');
const DURATION = gauge('node_scrape_collector_duration_seconds', 'Duration of a collector.');

/** Asks all collectors every `intervalMs`, the first time at once. One that fails is said to have, and fails alone. */
export function createHostLoop(
  deps: {
    readonly clock: Clock;
    readonly log: Log;
    readonly collectors: readonly Collector[];
    readonly onRound: (round: Round) => Promise<void>;
  },
  config: {
    readonly labels: Readonly<Record<string, string>>;
    readonly intervalMs: number;
    readonly offsetMs: number;
  },
): HostLoop {
  const { clock, log } = deps;
  const staleness = createStaleness();
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;

  const collectOnce = async (): Promise<void> => {
    const atMs = clock.now();
    const { emit, round } = createRound(config.labels, atMs);
    emit(UP, 1);
    for (const collector of deps.collectors) {
      const startMs = clock.monotonic();
      let success = 1;
      try {
        await collector.collect(emit);
      } catch (error) {
        success = 0;
        log.warn({ err: error, collector: collector.name }, 'a collector failed');
      }
      emit(DURATION, (clock.monotonic() - startMs) / 1_000, { collector: collector.name });
      emit(SUCCESS, success, { collector: collector.name });
    }
    const ended = staleness.next(
      round.series.map(({ labels }) => labels),
      atMs,
    );
    await deps.onRound({ series: [...round.series, ...ended], metadata: round.metadata });
  };
  const run = (): void => {
    running = collectOnce().finally(() => {
      running = null;
      if (!stopped)
        timer = clock.setTimeout(run, untilPhase(clock.now(), config.intervalMs, config.offsetMs));
    });
  };
  return {
    start: run,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
