import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Router } from 'express';
import { ALERTING_LIMITS } from '../limits.ts';
import { matchesAll } from '../routing/route.ts';
import { explainAlert } from '../why/explain-alert.ts';
import type { ApiDeps } from './api-deps.ts';
import { ApiError } from './api-error.ts';
import { filterParameters, parametersOf } from './request-parameters.ts';

/** Why an alert was notified, or was not: /api/tocsin/v1/why, by `fingerprint`, or by `alertname` and `filter` matchers. */
export function mountWhy(router: Router, deps: ApiDeps): void {
  router.get('/api/tocsin/v1/why', (request, response) => {
    const parameters = parametersOf(request);
    const wanted = parameters.getAll('fingerprint');
    const fingerprints = wanted.length > 0 ? wanted : fingerprintsByName(parameters, deps);
    const alerts = fingerprints
      .slice(0, ALERTING_LIMITS.whyAlerts)
      .flatMap((fingerprint) => explainAlert(fingerprint, deps) ?? []);
    if (alerts.length === 0)
      throw new ApiError(404, 'nothing is known of such an alert; see /api/tocsin/v1/events for what is');
    response.json({
      status: 'success',
      data: { alerts, omitted: Math.max(0, fingerprints.length - ALERTING_LIMITS.whyAlerts) },
    });
  });
}

/** Those that are known now first, then those of the history. */
function fingerprintsByName(parameters: URLSearchParams, deps: ApiDeps): readonly string[] {
  const name = parameters.get('alertname');
  if (name === null || name === '')
    throw new ApiError(
      400,
      'say which alert: fingerprint=..., or alertname=... with further filter=... matchers',
    );
  const filter = filterParameters(parameters);
  const fits = (labels: Labels) => getLabel(labels, 'alertname') === name && matchesAll(filter, labels);
  const live = [...deps.book.all()].filter(({ labels }) => fits(labels)).map((alert) => alert.fingerprint);
  const past = deps.store
    .knownByName(name, ALERTING_LIMITS.whyEvents)
    .filter(({ labels }) => fits(labels))
    .map(({ fingerprint }) => fingerprint);
  return [...new Set([...live, ...past])];
}
