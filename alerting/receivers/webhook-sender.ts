import type { HttpConfig } from './http-config-schema.ts';
import type { Integration } from './integration.ts';
import { openSecret, type Secret } from './secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from './send-http.ts';

/** `send` of a chat service whose address is the secret: the payload as JSON, nothing added. */
export function createWebhookSender(
  config: { readonly url: Secret; readonly http: HttpConfig | null },
  deps: HttpSendDeps,
): Integration['send'] {
  return async (message, _key, signal) => {
    const request = {
      url: await openSecret(deps.disk, config.url),
      contentType: 'application/json',
      body: JSON.stringify(message.payload),
      timeoutMs: null,
      signal,
    };
    return describeAnswer(await sendHttp(config.http, request, deps));
  };
}
