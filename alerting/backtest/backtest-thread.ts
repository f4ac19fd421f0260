import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { Calls } from '@tocsin/runtime/threads/calls.ts';
import type { ServeThread } from '@tocsin/runtime/threads/thread.ts';
import { type BacktestJob, runBacktestJob } from './backtest-job.ts';

/** The thread of `createThreadBacktest`: answers the call `run` with a job; it was given the token, or null. */
export const serve: ServeThread = (port, token) => {
  const http = createHttpClient({ token: typeof token === 'string' ? token : null });
  new Calls(port, (_method, [job], signal) =>
    runBacktestJob(job as BacktestJob, { disk: systemDisk, http, random: systemRandom, signal }),
  );
};
