import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import type { Notification } from '../notification.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import type { JsonObject } from '../stored-payload.ts';
import { webhookBody } from '../webhook/webhook-body.ts';
import type { IncidentioConfig } from './incidentio-config.ts';

const VERSION = '1';
/** A larger message is refused. */
const MESSAGE_BYTES = 512 * 1_024;

/** Posts Alertmanager's message to an alert source of incident.io. */
export function createIncidentio(
  config: IncidentioConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'incidentio',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = messageOf(notification, config.maxAlerts);
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const token = config.token && (await openSecret(deps.disk, config.token));
      const request = {
        url: await openSecret(deps.disk, config.url),
        contentType: 'application/json',
        body: JSON.stringify(message.payload),
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        timeoutMs: config.timeoutMs,
        signal,
      };
      return describeAnswer(await sendHttp(config.http, request, deps));
    },
  };
}

/** Of a group that is too large the first alert goes out; as in Alertmanager, what is common to all still says so. */
function messageOf(notification: Notification, maxAlerts: number): JsonObject {
  const whole = { ...webhookBody(notification, maxAlerts), version: VERSION };
  if (Buffer.byteLength(JSON.stringify(whole)) <= MESSAGE_BYTES) return whole;
  const { alerts } = webhookBody(notification, 1);
  return { ...whole, ...(alerts === undefined ? {} : { alerts }) };
}
