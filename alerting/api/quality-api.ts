import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Router } from 'express';
import { isTimeZone } from '../history/is-time-zone.ts';
import type { Quality } from '../quality/quality.ts';
import { ApiError } from './api-error.ts';
import { parametersOf, wholeParameter } from './request-parameters.ts';

export interface QualityApiDeps {
  readonly clock: Clock;
  readonly quality: Quality;
}

const DAY_MS = 86_400_000;
const DAYS = 7;
const DAYS_MAX = 400;

/** How good alerts were: GET /api/tocsin/v1/quality?days=7&time_zone=Europe/Berlin. */
export function mountQuality(router: Router, { clock, quality }: QualityApiDeps): void {
  router.get('/api/tocsin/v1/quality', async (request, response) => {
    const parameters = parametersOf(request);
    const days = Math.max(1, wholeParameter(parameters, 'days', DAYS, DAYS_MAX));
    const timeZone = parameters.get('time_zone') ?? 'UTC';
    if (!isTimeZone(timeZone))
      throw new ApiError(400, `time_zone: "${timeZone}" is none; write it as Europe/Berlin`);
    const toMs = clock.now();
    response.json({ status: 'success', data: await quality(toMs - days * DAY_MS, toMs, timeZone) });
  });
}
