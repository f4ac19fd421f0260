import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry, type RegistryContentType } from 'prom-client';

/** How often is looked. prom-client's own hundred looks a second are most of what an idle part costs. */
const PERIOD_MS = 100;

const STATISTICS = [
  ['min', 'The shortest', (lag: Lag) => lag.min],
  ['max', 'The longest', (lag: Lag) => lag.max],
  ['mean', 'The mean', (lag: Lag) => lag.mean],
  ['p50', 'The 50th percentile of the', (lag: Lag) => lag.percentile(50)],
  ['p90', 'The 90th percentile of the', (lag: Lag) => lag.percentile(90)],
  ['p99', 'The 99th percentile of the', (lag: Lag) => lag.percentile(99)],
] as const;

/** What of a histogram of delays is read, in nanoseconds; a look's own period is part of each. */
type Lag = Pick<ReturnType<typeof monitorEventLoopDelay>, 'min' | 'max' | 'mean' | 'percentile'>;

/**
 * How late timers of this thread are, since the last scrape: metrics under prom-client's names, but without the period of
 * the looks in them, so that a thread at rest has a lag of nothing.
 */
export function addEventLoopLag(registry: Registry<RegistryContentType>): void {
  const histogram = monitorEventLoopDelay({ resolution: PERIOD_MS });
  histogram.enable();
  const gauges = STATISTICS.map(([name, words, read], index) => {
    const gauge = new Gauge({
      name: `nodejs_eventloop_lag_${name}_seconds`,
      help: `${words} delay of a timer since the last scrape, looked at ten times a second.`,
      registers: [registry],
      // One look fills all, for the histogram begins anew then.
      ...(index === 0 && {
        collect() {
          for (const one of gauges) one.set();
          histogram.reset();
        },
      }),
    });
    return { set: () => gauge.set(secondsLate(read(histogram), histogram.count)) };
  });
  const deviation = new Gauge({
    name: 'nodejs_eventloop_lag_stddev_seconds',
    help: 'The standard deviation of the delay of a timer since the last scrape, looked at ten times a second.',
    registers: [registry],
  });
  gauges.push({ set: () => deviation.set(histogram.count === 0 ? 0 : histogram.stddev / 1e9) });
  const turn = new Gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'How long what was to be done next had to wait at the last scrape.',
    registers: [registry],
    collect() {
      const startMs = performance.now();
      setImmediate(() => turn.set((performance.now() - startMs) / 1e3));
    },
  });
}

function secondsLate(nanoseconds: number, looks: number): number {
  // Between two scrapes in a row there was no look.
  return looks === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - PERIOD_MS / 1e3);
}
