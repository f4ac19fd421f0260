import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload } from '../stored-payload.ts';
import type { PagerdutyConfig } from './pagerduty-config.ts';
import { pagerdutyEvent } from './pagerduty-event.ts';
import { pagerdutyEventV1 } from './pagerduty-event-v1.ts';

/** Sends events to PagerDuty's Events API. The group's hash as dedup key makes a repeated event part of the same incident. */
export function createPagerduty(
  config: PagerdutyConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  const { inline } = config.key;
  const isFirst = config.version === 1;
  const templatedKey = inline?.includes('{{') ? inline : null;
  return {
    kind: 'pagerduty',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const event = (isFirst ? pagerdutyEventV1 : pagerdutyEvent)(config.event, notification, renderer);
      const subject = renderer.text(
        '{{ template "pagerduty.default.description" . }}',
        '{{ template "pagerduty.default.description" . }}',
      );
      const text = renderer.text(
        '{{ template "email.default.text" . }}',
        '{{ template "email.default.text" . }}',
      );
      // A fixed key is added at the send: the outbox needs no secret.
      const routing_key = templatedKey === null ? null : renderer.text(templatedKey, '');
      return { subject, text, payload: { event, routing_key }, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const { event = null, routing_key } = storedPayload(message.payload);
      const routingKey =
        typeof routing_key === 'string' ? routing_key : await openSecret(deps.disk, config.key);
      if (routingKey === '')
        throw new SendError(`Cannot send to PagerDuty: the ${config.key.name} is empty`, false);
      const answer = await sendHttp(
        config.http,
        {
          url: config.url,
          contentType: 'application/json',
          body: JSON.stringify({
            [isFirst ? 'service_key' : 'routing_key']: routingKey,
            ...storedPayload(event),
          }),
          timeoutMs: config.timeoutMs,
          // Version 1 limits the rate by 403.
          retryOn: isFirst ? [403] : [],
          signal,
        },
        deps,
      );
      return describeAnswer(answer);
    },
  };
}
