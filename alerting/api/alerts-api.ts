import { fingerprint, isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import {
  compareLabels,
  compareStrings,
  type Labels,
  labelsFromObject,
  labelsToObject,
} from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Router } from 'express';
import { z } from 'zod';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { mutedBy } from '../notify/stages/mute-stage.ts';
import { matchesAll, matchRoutes, type Route } from '../routing/route.ts';
import type { ApiDeps } from './api-deps.ts';
import { ApiError } from './api-error.ts';
import { jsonBody } from './json-body.ts';
import { booleanParameter, filterParameters, parametersOf } from './request-parameters.ts';

const labelMap = z.record(z.string().min(1), z.string());
const POSTED = z.array(
  z.object({
    labels: labelMap,
    annotations: labelMap.nullish(),
    startsAt: z.string().nullish(),
    endsAt: z.string().nullish(),
    generatorURL: z.string().nullish(),
  }),
);

/** Alertmanager's /api/v2/alerts and /api/v2/alerts/groups. */
export function mountAlerts(router: Router, deps: ApiDeps): void {
  router.get('/api/v2/alerts', (request, response) => {
    const choose = chooser(parametersOf(request), deps);
    const shown = [...deps.book.all()].map((alert) => describe(alert, deps)).filter(choose);
    shown.sort((a, b) => (a.json.fingerprint < b.json.fingerprint ? -1 : 1));
    response.json(shown.map((each) => each.json));
  });

  router.get('/api/v2/alerts/groups', (request, response) => {
    const parameters = parametersOf(request);
    const choose = chooser(parameters, deps);
    const muted = booleanParameter(parameters, 'muted', true);
    const now = deps.clock.now();
    const groups = [...deps.notifier.groups()]
      .filter((group) => muted || mutedBy(group.route, deps.notifier.routing.timeIntervals, now) === null)
      .filter((group) => receiverFilter(parameters)([group.route.receiver]))
      .map((group) => ({
        group,
        alerts: [...group.alerts.values()].map((alert) => describe(alert, deps)).filter(choose),
      }))
      .filter(({ alerts }) => alerts.length > 0)
      .sort(
        (a, b) =>
          compareLabels(a.group.labels, b.group.labels) ||
          compareLabels([a.group.route.receiver], [b.group.route.receiver]),
      );
    response.json(
      groups.map(({ group, alerts }) => ({
        labels: labelsToObject(group.labels),
        receiver: { name: group.route.receiver },
        alerts: alerts.map((each) => each.json),
      })),
    );
  });

  router.post('/api/v2/alerts', async (request, response) => {
    const posted = await jsonBody(request, POSTED);
    const now = deps.clock.now();
    const good: HeldAlert[] = [];
    const bad: string[] = [];
    for (const alert of posted) {
      const held = toHeld(alert, now, deps.notifier.routing.resolveTimeoutMs);
      if (typeof held === 'string') bad.push(held);
      else good.push(held);
    }
    const refused = deps.store.transaction(() => {
      for (const alert of good) recordReceived(alert, now, deps);
      return deps.book.put(good);
    });
    deps.metrics.received.inc(good.length);
    if (refused > 0) {
      deps.metrics.refused.inc({ reason: 'alerts' }, refused);
      throw new ApiError(503, `${refused} alerts refused: no room for more`);
    }
    if (bad.length > 0) deps.metrics.refused.inc({ reason: 'bad alert' }, bad.length);
    // The good ones are in force whatever is wrong with the others.
    if (bad.length > 0) throw new ApiError(400, bad.slice(0, 20).join('; '));
    response.status(200).end();
  });
}

/** What a sender said is history when it is new: an alert begins, or ends. */
function recordReceived(alert: HeldAlert, now: number, { book, store }: ApiDeps): void {
  const known = book.get(alert.fingerprint);
  const fired = known !== undefined && !isResolvedAt(known, now);
  const fires = !isResolvedAt(alert, now);
  if (fired === fires) return;
  store.addEvent({
    atMs: now,
    kind: fires ? 'received' : 'resolved',
    fingerprint: alert.fingerprint,
    reason: fires ? 'it was posted to the API' : 'its sender says that it ended',
    data: { labels: alert.labels, generatorUrl: alert.generatorUrl },
  });
}

function toHeld(
  alert: z.output<typeof POSTED>[number],
  now: number,
  resolveTimeoutMs: number,
): HeldAlert | string {
  const labels = labelsFromObject(alert.labels);
  if (labels.length === 0) return 'at least one label pair required';
  const excess = excessOf(alert);
  if (excess !== null) return excess;
  const startsAtMs = timeOf(alert.startsAt);
  const endsAtMs = timeOf(alert.endsAt);
  if (Number.isNaN(startsAtMs) || Number.isNaN(endsAtMs))
    return 'startsAt and endsAt must be times such as 2026-01-02T15:04:05Z';
  const start = startsAtMs ?? Math.min(endsAtMs ?? now, now);
  if (endsAtMs !== null && endsAtMs < start) return 'start time must be before end time';
  return {
    labels,
    annotations: annotationsFromObject(alert.annotations ?? {}),
    startsAtMs: start,
    endsAtMs: endsAtMs ?? now + resolveTimeoutMs,
    updatedAtMs: now,
    generatorUrl: alert.generatorURL ?? '',
    fingerprint: fingerprint(labels),
    source: 'api',
    value: null,
    timesOut: endsAtMs === null,
  };
}

/** What of the alert is larger than its limit. */
function excessOf({ labels, annotations }: z.output<typeof POSTED>[number]): string | null {
  const { labelsPerAlert, labelNameLength, labelValueLength, annotationLength } = ALERTING_LIMITS;
  for (const [what, texts, valueLength] of [
    ['label', labels, labelValueLength],
    ['annotation', annotations ?? {}, annotationLength],
  ] as const) {
    const entries = Object.entries(texts);
    if (entries.length > labelsPerAlert)
      return `an alert has ${entries.length} ${what}s; the limit is ${labelsPerAlert}`;
    for (const [name, value] of entries) {
      if (name.length > labelNameLength)
        return `the ${what} name ${JSON.stringify(name.slice(0, 40))}... has ${name.length} characters; the limit is ${labelNameLength}`;
      if (value.length > valueLength)
        return `the value of ${what} ${JSON.stringify(name.slice(0, 40))} has ${value.length} characters; the limit is ${valueLength}`;
    }
  }
  return null;
}

/** Null for a time that is not given, which Go's clients write as the year 1; NaN for what is no time. */
function timeOf(text: string | null | undefined): number | null {
  if (!text || text.startsWith('0001-01-01T00:00:00')) return null;
  return Date.parse(text);
}

interface Described {
  readonly alert: HeldAlert;
  readonly routes: readonly Route[];
  readonly json: ReturnType<typeof alertJson>;
}

function describe(alert: HeldAlert, deps: ApiDeps): Described {
  const routes = matchRoutes(deps.notifier.routing.route, alert.labels);
  return { alert, routes, json: alertJson(alert, routes, deps) };
}

function alertJson(alert: HeldAlert, routes: readonly Route[], deps: ApiDeps) {
  const now = deps.clock.now();
  const silencedBy = deps.silences.silencedBy(alert.labels, now);
  const inhibition = deps.notifier.inhibitor.inhibitedBy(alert, now);
  const muted = routes.map((route) => mutedBy(route, deps.notifier.routing.timeIntervals, now));
  const mutedNames = muted.every((each) => each !== null)
    ? [...new Set(muted.flatMap((each) => each?.by ?? []))]
    : [];
  const suppressed = silencedBy.length > 0 || inhibition !== null || mutedNames.length > 0;
  return {
    annotations: labelsToObject(alert.annotations),
    endsAt: new Date(alert.endsAtMs ?? now + deps.notifier.routing.resolveTimeoutMs).toISOString(),
    fingerprint: alert.fingerprint,
    receivers: routes.map((route) => ({ name: route.receiver })),
    startsAt: new Date(alert.startsAtMs).toISOString(),
    status: {
      inhibitedBy: inhibition ? [inhibition.by] : [],
      mutedBy: mutedNames,
      silencedBy,
      state: suppressed ? ('suppressed' as const) : ('active' as const),
    },
    updatedAt: new Date(alert.updatedAtMs).toISOString(),
    generatorURL: alert.generatorUrl,
    labels: labelsToObject(alert.labels),
  };
}

function chooser(parameters: URLSearchParams, deps: ApiDeps): (described: Described) => boolean {
  const now = deps.clock.now();
  const filter = filterParameters(parameters);
  const byReceiver = receiverFilter(parameters);
  const active = booleanParameter(parameters, 'active', true);
  const silenced = booleanParameter(parameters, 'silenced', true);
  const inhibited = booleanParameter(parameters, 'inhibited', true);
  return ({ alert, routes, json }) => {
    if (isResolvedAt(alert, now) || !matchesAll(filter, alert.labels)) return false;
    if (!byReceiver(routes.map((route) => route.receiver))) return false;
    if (!active && json.status.state === 'active') return false;
    if (!silenced && json.status.silencedBy.length > 0) return false;
    return inhibited || json.status.inhibitedBy.length === 0;
  };
}

/** `receiver` is an expression that a name must match whole. */
function receiverFilter(parameters: URLSearchParams): (names: readonly string[]) => boolean {
  const value = parameters.get('receiver');
  if (!value) return () => true;
  let compiled: CompiledMatcher;
  try {
    compiled = compileMatcher({ kind: '=~', name: 'receiver', value });
  } catch (error) {
    throw new ApiError(
      400,
      `failed to parse receiver param: ${error instanceof Error ? error.message : error}`,
    );
  }
  return (names) => names.some(compiled.matches);
}

/** Sorted, empty ones too: Alertmanager keeps them, and templates may look at them. */
function annotationsFromObject(annotations: Readonly<Record<string, string>>): Labels {
  return Object.entries(annotations)
    .sort(([a], [b]) => compareStrings(a, b))
    .flat();
}
