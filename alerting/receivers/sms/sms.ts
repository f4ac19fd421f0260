import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { SmsConfig } from './sms-config.ts';

/** Hands one text message to an SMS gateway, which is told the message's id so that it can drop a repeated one. */
export function createSms(config: SmsConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  const { message: source } = config;
  return {
    kind: 'sms',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const text = truncate(
        renderer.text(source.text, '{{ template "sms.default.text" . }}').trim(),
        source.max_length,
      );
      const from = renderer.text(source.from, '');
      const further = Object.entries(source.fields ?? {}).map(
        ([name, template]) => [name, renderer.text(template, '')] as const,
      );
      const payload = {
        ...Object.fromEntries(further),
        [source.to_field]: config.to,
        ...(from === '' ? {} : { [source.from_field]: from }),
        [source.text_field]: text,
      };
      return { ...defaultDescription(renderer), text, payload, problem: renderer.problem };
    },
    async send(message, key, signal) {
      const fields = Object.entries(storedPayload(message.payload)).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const json = source.format === 'json';
      const answer = await sendHttp(
        config.http,
        {
          url: await openSecret(deps.disk, config.url),
          contentType: json ? 'application/json' : 'application/x-www-form-urlencoded',
          body: json ? JSON.stringify(Object.fromEntries(fields)) : new URLSearchParams(fields).toString(),
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
