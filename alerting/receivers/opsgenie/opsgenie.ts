import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload } from '../stored-payload.ts';
import type { OpsgenieConfig } from './opsgenie-config.ts';
import { opsgenieRequests } from './opsgenie-requests.ts';

/** Creates and closes alerts of Opsgenie. The group's hash as alias makes a repeated creation the same alert. */
export function createOpsgenie(
  config: OpsgenieConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  const { inline } = config.apiKey;
  const templatedKey = inline?.includes('{{') ? inline : null;
  return {
    kind: 'opsgenie',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const requests = opsgenieRequests(config.alert, notification, renderer);
      // A fixed key is added at the send: the outbox needs no secret.
      const api_key = templatedKey === null ? null : renderer.text(templatedKey, '');
      return { ...defaultDescription(renderer), payload: { requests, api_key }, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const { requests, api_key } = storedPayload(message.payload);
      const key = typeof api_key === 'string' ? api_key : await openSecret(deps.disk, config.apiKey);
      if (key === '' || !Array.isArray(requests)) {
        throw new SendError('Cannot send to Opsgenie: the api_key is empty', false);
      }
      let answered = '';
      for (const request of requests) {
        const { method, path, body = null } = storedPayload(request);
        const answer = await sendHttp(
          config.http,
          {
            method: method === 'PUT' ? 'PUT' : 'POST',
            url: withPath(config.apiUrl, String(path)),
            contentType: 'application/json',
            body: JSON.stringify(body),
            headers: { authorization: `GenieKey ${key}` },
            timeoutMs: null,
            signal,
          },
          deps,
        );
        answered = describeAnswer(answer);
      }
      return answered;
    },
  };
}

function withPath(apiUrl: string, path: string): string {
  return new URL(path, apiUrl).href;
}
