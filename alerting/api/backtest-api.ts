import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Router } from 'express';
import { z } from 'zod';
import type { BacktestJob } from '../backtest/backtest-job.ts';
import { type Backtester, BadBacktest } from '../backtest/backtester.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { ApiError } from './api-error.ts';
import { jsonBody } from './json-body.ts';
import { durationField, timeField, timeZoneField } from './time-field.ts';

export interface BacktestApiDeps {
  readonly clock: Clock;
  readonly backtester: Backtester;
  /** The rest of a job, by what is in force now. */
  readonly jobDefaults: () => Omit<BacktestJob, 'ruleText' | 'fromMs' | 'toMs' | 'stepMs' | 'timeZone'>;
}

const MONTH_MS = 30 * 86_400_000;
const BODY = z.strictObject({
  rules: z.string().nullish(),
  from: timeField.nullish(),
  to: timeField.nullish(),
  step: durationField.nullish(),
  time_zone: timeZoneField.nullish(),
});

/** What rules would have done and sent, by what is stored: POST /api/tocsin/v1/backtest. */
export function mountBacktest(router: Router, { clock, backtester, jobDefaults }: BacktestApiDeps): void {
  let running = false;
  router.post('/api/tocsin/v1/backtest', async (request, response) => {
    const body = await jsonBody(request, BODY);
    if (running) throw new ApiError(429, 'another backtest is running; try again when it is done');
    running = true;
    const gone = new AbortController();
    const timeout = clock.setTimeout(
      () => gone.abort(new Error(`it took longer than ${ALERTING_LIMITS.backtestMs / 60_000} minutes`)),
      ALERTING_LIMITS.backtestMs,
    );
    response.on('close', () => gone.abort(new Error('nobody waits for it any more')));
    try {
      const toMs = body.to ?? clock.now();
      const job: BacktestJob = {
        ...jobDefaults(),
        ruleText: body.rules ?? null,
        fromMs: body.from ?? toMs - MONTH_MS,
        toMs,
        stepMs: body.step ?? null,
        timeZone: body.time_zone ?? 'UTC',
      };
      response.json({ status: 'success', data: await backtester.run(job, gone.signal) });
    } catch (error) {
      if (error instanceof BadBacktest) throw new ApiError(400, error.message);
      if (gone.signal.aborted)
        throw new ApiError(503, `the backtest was ended: ${gone.signal.reason.message}`);
      throw error;
    } finally {
      timeout.cancel();
      running = false;
    }
  });
}
