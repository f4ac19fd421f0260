import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { Notification, NotifiedAlert } from '../receivers/notification.ts';

/** A group of one alert, firing or resolved, with whatever labels a test wants to add. */
export function sampleNotification(
  status: 'firing' | 'resolved' = 'firing',
  labels: Readonly<Record<string, string>> = {},
  changes: Partial<Notification> = {},
): Notification {
  const alert: NotifiedAlert = {
    status,
    labels: labelsFromObject({ alertname: 'Down', severity: 'page', ...labels }),
    annotations: labelsFromObject({ summary: 'it is <down> & out' }),
    startsAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    endsAtMs: status === 'resolved' ? Date.UTC(2026, 0, 2, 4) : null,
    generatorUrl: 'http://prom.test/graph?a=1&b=2',
    fingerprint: 'f00',
    value: 1,
  };
  return {
    receiver: 'one',
    groupKey: '{}:{alertname="Down"}',
    groupLabels: labelsFromObject({ alertname: 'Down' }),
    status,
    alerts: [alert],
    externalUrl: 'http://tocsin.test',
    timeMs: Date.UTC(2026, 0, 2, 3, 5),
    reason: 'first notification',
    ...changes,
  };
}
