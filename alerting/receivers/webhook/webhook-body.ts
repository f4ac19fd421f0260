import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { ZERO_TIME_MS } from '@tocsin/rules/template/time.ts';
import { formatTime } from '@tocsin/rules/template/time-layout.ts';
import type { Notification } from '../notification.ts';
import { receiverName } from '../receiver-name.ts';
import type { JsonObject } from '../stored-payload.ts';
import { common } from '../template-data.ts';

const VERSION = '4';

/** Alertmanager's webhook message, version 4. */
export function webhookBody(notification: Notification, maxAlerts: number): JsonObject {
  const shown = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
  return {
    receiver: receiverName(notification.receiver),
    status: notification.status,
    alerts: shown.map((alert) => ({
      status: alert.status,
      labels: labelsToObject(alert.labels),
      annotations: labelsToObject(alert.annotations),
      startsAt: rfc3339(alert.startsAtMs),
      endsAt: rfc3339(alert.endsAtMs ?? ZERO_TIME_MS),
      generatorURL: alert.generatorUrl,
      fingerprint: alert.fingerprint,
    })),
    groupLabels: labelsToObject(notification.groupLabels),
    commonLabels: labelsToObject(common(shown.map((alert) => alert.labels))),
    commonAnnotations: labelsToObject(common(shown.map((alert) => alert.annotations))),
    externalURL: notification.externalUrl,
    version: VERSION,
    groupKey: notification.groupKey,
    truncatedAlerts: notification.alerts.length - shown.length,
    notification_reason: notification.reason,
  };
}

function rfc3339(timeMs: number): string {
  return formatTime(timeMs, '2006-01-02T15:04:05.999999999Z07:00');
}
