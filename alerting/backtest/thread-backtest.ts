import { startThread } from '@tocsin/runtime/threads/thread.ts';
import { type Backtester, BadBacktest } from './backtester.ts';
import type { BacktestReport } from './report.ts';

const ASKERS_FAULTS = new Set(['ConfigError', 'RangeError']);

/** Each backtest in a thread of its own, for a month takes seconds of nothing but arithmetic while pages must go out. */
export function createThreadBacktest(token: string | null): Backtester {
  return {
    async run(job, signal) {
      const thread = startThread(
        { entry: new URL('./backtest-thread.ts', import.meta.url), name: 'backtest', data: token },
        () => Promise.reject(new Error('The backtest has nothing to ask')),
        () => undefined,
        ({ name, message }) => (ASKERS_FAULTS.has(name) ? new BadBacktest(message) : null),
      );
      try {
        // What runBacktestJob returned there.
        return (await thread.calls.call('run', [job], { signal })) as BacktestReport;
      } finally {
        await thread.terminate();
      }
    },
  };
}
