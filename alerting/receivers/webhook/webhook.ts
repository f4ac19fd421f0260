import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { readSecret } from '../../files/read-secret.ts';
import type { Integration, RenderedMessage } from '../integration.ts';
import type { Notification } from '../notification.ts';
import { createRenderer } from '../renderer.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { webhookBody } from './webhook-body.ts';
import type { WebhookConfig } from './webhook-config.ts';

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
