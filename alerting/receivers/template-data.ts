import { getLabel, type Labels, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { goTime, ZERO_TIME_MS } from '@tocsin/rules/template/time.ts';
import {
  type GoList,
  type GoMap,
  type GoStruct,
  goFunction,
  goList,
  goStringMap,
  goStruct,
  type Value,
} from '@tocsin/rules/template/value.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Notification, NotifiedAlert } from './notification.ts';
import { receiverName } from './receiver-name.ts';

/** Names of the images that a message may carry, by the fingerprints of the alerts they belong to. */
export type GraphIds = ReadonlyMap<string, string>;

export const NO_GRAPHS: GraphIds = new Map();

/**
 * What notification templates see: Alertmanager's Data, and beside it the alert's value, its graph and the links of this page.
 */
export function templateData(notification: Notification, graphs: GraphIds = NO_GRAPHS): GoStruct {
  const show = (alert: NotifiedAlert) => alertData(alert, notification.externalUrl, graphs);
  return goStruct('template.Data', {
    Receiver: receiverName(notification.receiver),
    Status: notification.status,
    Alerts: alertList(notification.alerts, show),
    NotificationReason: notification.reason,
    GroupLabels: keyValues(notification.groupLabels),
    CommonLabels: keyValues(common(notification.alerts.map((alert) => alert.labels))),
    CommonAnnotations: keyValues(common(notification.alerts.map((alert) => alert.annotations))),
    ExternalURL: notification.externalUrl,
  });
}

/** The labels that all sets have with the same value. */
export function common(sets: readonly Labels[]): Labels {
  const [first, ...others] = sets;
  if (!first) return [];
  const shared: string[] = [];
  for (let i = 0; i < first.length; i += 2) {
    const name = first[i]!;
    const value = first[i + 1]!;
    if (others.every((labels) => getLabel(labels, name) === value)) shared.push(name, value);
  }
  return shared;
}

/** Where the page shows one alert. */
export function alertLink(externalUrl: string, fingerprint: string): string {
  return `${externalUrl}/?alert=${fingerprint}`;
}

function alertData(alert: NotifiedAlert, externalUrl: string, graphs: GraphIds): GoStruct {
  return goStruct(
    'template.Alert',
    {
      Status: alert.status,
      Labels: keyValues(alert.labels),
      Annotations: keyValues(alert.annotations),
      StartsAt: goTime(alert.startsAtMs),
      EndsAt: goTime(alert.endsAtMs ?? ZERO_TIME_MS),
      GeneratorURL: alert.generatorUrl,
      Fingerprint: alert.fingerprint,
    },
    {
      // Ours beside Alertmanager's: methods, so that toJson gives what it gives there.
      methods: methods([
        goFunction('Value', () => alert.value, 0),
        goFunction('AlertURL', () => alertLink(externalUrl, alert.fingerprint), 0),
        // In a mail, of the first alert of each rule: `cid:` and this is the graph's address.
        goFunction('GraphID', () => graphs.get(alert.fingerprint) ?? '', 0),
      ]),
    },
  );
}

/** Of a group that nobody can read to its end templates see the beginning; `len` still says how many there are. */
function alertList(alerts: readonly NotifiedAlert[], show: (alert: NotifiedAlert) => GoStruct): GoList {
  const withStatus = (status: string) => () =>
    alertList(
      alerts.filter((alert) => alert.status === status),
      show,
    );
  const list = goList(
    alerts.slice(0, ALERTING_LIMITS.alertsInTemplates).map(show),
    'template.Alerts',
    methods([
      goFunction('Firing', withStatus('firing'), 0),
      goFunction('Resolved', withStatus('resolved'), 0),
    ]),
  );
  return list.items.length === alerts.length ? list : { ...list, total: alerts.length };
}

/** Alertmanager's KV: sorted, alertname first in SortedPairs. */
function keyValues(labels: Labels): GoMap {
  const entries = Object.entries(labelsToObject(labels));
  const sorted = [...entries].sort(([a], [b]) => Number(b === 'alertname') - Number(a === 'alertname'));
  return goStringMap(
    entries,
    methods([
      goFunction('SortedPairs', () => pairs(sorted), 0),
      goFunction(
        'Names',
        () =>
          goList(
            sorted.map(([name]) => name),
            '[]string',
          ),
        0,
      ),
      goFunction(
        'Values',
        () =>
          goList(
            sorted.map(([, value]) => value),
            '[]string',
          ),
        0,
      ),
      goFunction('Remove', (names) => keyValues(without(entries, names)), 1),
      goFunction('String', () => sorted.map(([name, value]) => `${name}=${value}`).join(', '), 0),
    ]),
    'template.KV',
  );
}

function pairs(entries: readonly (readonly [string, string])[]): GoList {
  const items = entries.map(([name, value]) => goStruct('template.Pair', { Name: name, Value: value }));
  return goList(
    items,
    'template.Pairs',
    methods([
      goFunction(
        'Names',
        () =>
          goList(
            entries.map(([name]) => name),
            '[]string',
          ),
        0,
      ),
      goFunction(
        'Values',
        () =>
          goList(
            entries.map(([, value]) => value),
            '[]string',
          ),
        0,
      ),
      goFunction('String', () => entries.map(([name, value]) => `${name}=${value}`).join(', '), 0),
    ]),
  );
}

function without(entries: readonly (readonly [string, string])[], names: Value | undefined): Labels {
  const list =
    names && typeof names === 'object' && names.kind === 'list' ? new Set(names.items) : new Set<Value>();
  return entries.filter(([name]) => !list.has(name)).flat();
}

function methods(functions: readonly ReturnType<typeof goFunction>[]) {
  return new Map(functions.map((each) => [each.name, each]));
}
