import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { ZERO_TIME_MS } from '@tocsin/rules/template/time.ts';
import { formatTime } from '@tocsin/rules/template/time-layout.ts';
import { readSecret } from '../../files/read-secret.ts';
import type { Integration, RenderedMessage } from '../integration.ts';
import type { JsonValue } from '../json-value.ts';
import type { Notification } from '../notification.ts';
import { createRenderer } from '../renderer.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { common } from '../template-data.ts';
import type { WebhookConfig } from './webhook-config.ts';

const VERSION = '4';

/** Posts Alertmanager's JSON (its documentation, "webhook_config") to a URL. */
export function createWebhook(
  config: WebhookConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'webhook',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render: (notification) => render(config, templates, notification),
    async send(message, key, signal) {
      const payload = message.payload;
      const stored = payload !== null && typeof payload === 'object' && 'body' in payload ? payload : null;
      const url = config.urlFile
        ? await readSecret(deps.disk, config.urlFile, null)
        : String(stored?.['url'] ?? '');
      const answer = await sendHttp(
        config.http,
        {
          url,
          contentType: 'application/json',
          body: JSON.stringify(stored?.['body'] ?? null),
          headers: { 'idempotency-key': key.messageId },
          timeoutMs: config.timeoutMs,
          signal,
        },
        deps,
      );
      return describeAnswer(answer);
    },
  };
}

function render(config: WebhookConfig, templates: TemplateSet, notification: Notification): RenderedMessage {
  const renderer = createRenderer(templates, notification);
  const subject = renderer.text('{{ template "__subject" . }}', '{{ template "__subject" . }}');
  const text = renderer.text(
    '{{ template "email.default.text" . }}',
    '{{ template "email.default.text" . }}',
  );
  const url = config.url === null ? '' : renderer.text(config.url, '');
  return {
    subject,
    text,
    payload: { url, body: webhookBody(notification, config.maxAlerts) },
    problem: renderer.problem,
  };
}

/** Alertmanager's webhook message, version 4. */
export function webhookBody(notification: Notification, maxAlerts: number): JsonValue {
  const shown = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
  return {
    receiver: notification.receiver,
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
