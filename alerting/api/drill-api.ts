import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { Router } from 'express';
import { z } from 'zod';
import { DrillRefused, type Drills } from '../drill/drills.ts';
import { type TestReceiverDeps, testReceiver } from '../drill/test-receiver.ts';
import { ApiError } from './api-error.ts';
import { jsonBody } from './json-body.ts';
import { durationField } from './time-field.ts';

export interface DrillApiDeps {
  readonly drills: Drills;
  readonly test: () => TestReceiverDeps;
}

const TIMEOUT_MS = 5 * 60_000;
const TIMEOUT_MAX_MS = 3_600_000;
const OWN_LABELS = ['alertname', 'drill'];

const TEST_BODY = z.strictObject({ receiver: z.string(), integration: z.string().nullish() });
const DRILL_BODY = z.strictObject({
  labels: z
    .record(
      z.string(),
      z.string().refine((value) => !value.includes('{{'), 'a label of a drill is no template'),
    )
    .refine((labels) => OWN_LABELS.every((name) => !Object.hasOwn(labels, name)), {
      message: `${OWN_LABELS.join(' and ')} are the drill's own`,
    })
    .nullish(),
  timeout: durationField.refine((value) => value <= TIMEOUT_MAX_MS, 'at most 1h').nullish(),
});

/**
 * Shows that receivers are reached: POST /api/tocsin/v1/receivers/test sends one a message at once; POST /api/tocsin/v1/drills sends
 * an alert the whole way, and GET /api/tocsin/v1/drills/{id} tells how far it is.
 */
export function mountDrills(router: Router, { drills, test }: DrillApiDeps): void {
  router.post('/api/tocsin/v1/receivers/test', async (request, response) => {
    const { receiver, integration } = await jsonBody(request, TEST_BODY);
    const outcomes = await testReceiver(receiver, integration ?? null, test());
    if (outcomes === null)
      throw new ApiError(404, `there is no receiver ${JSON.stringify(receiver)} with such an integration`);
    response.json({ status: 'success', data: { receiver, integrations: outcomes } });
  });

  router.post('/api/tocsin/v1/drills', async (request, response) => {
    const { labels, timeout } = await jsonBody(request, DRILL_BODY);
    try {
      const report = drills.start({ labels: labels ?? {}, timeoutMs: timeout ?? TIMEOUT_MS });
      response.status(202).json({ status: 'success', data: report });
    } catch (error) {
      if (error instanceof DrillRefused) throw new ApiError(429, error.message);
      if (error instanceof ConfigError) throw new ApiError(400, `labels: ${error.message}`);
      throw error;
    }
  });

  router.get('/api/tocsin/v1/drills/:id', (request, response) => {
    const report = drills.get(String(request.params['id']));
    if (!report) throw new ApiError(404, 'there is no such drill, or it is long over');
    response.json({ status: 'success', data: report });
  });
}
