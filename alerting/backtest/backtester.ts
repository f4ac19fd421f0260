import type { BacktestJob } from './backtest-job.ts';
import type { BacktestReport } from './report.ts';

/** Runs backtests where they delay nothing else. */
export interface Backtester {
  /** @throws BadBacktest, or anything else that is not the asker's fault */
  run(job: BacktestJob, signal: AbortSignal): Promise<BacktestReport>;
}

/** What was asked for makes no sense: a rule that is wrong, a time that ends before it begins. */
export class BadBacktest extends Error {
  override readonly name = 'BadBacktest';
}
