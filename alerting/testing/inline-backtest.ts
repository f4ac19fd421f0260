import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { runBacktestJob } from '../backtest/backtest-job.ts';
import { type Backtester, BadBacktest } from '../backtest/backtester.ts';

/** Backtests in the thread of the test, over a network of its own. */
export function inlineBacktest(http: HttpClient): Backtester {
  return {
    run: (job, signal) =>
      runBacktestJob(job, { disk: systemDisk, http, random: createSeededRandom(1), signal }).catch(
        (error: unknown) => {
          if (error instanceof Error && /^(ConfigError|RangeError)$/.test(error.name))
            throw new BadBacktest(error.message);
          throw error;
        },
      ),
  };
}
