import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer, type Renderer } from '../renderer.ts';
import { openSecret, type Secret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { type JsonObject, storedPayload } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { PushoverConfig } from './pushover-config.ts';

// Pushover's documentation, "Limitations"; in characters.
const TITLE_LENGTH = 250;
const MESSAGE_LENGTH = 1_024;
const URL_LENGTH = 512;

/** Pushes a message through Pushover. The parameters go in the body: a URL with keys in it ends up in logs. */
export function createPushover(
  config: PushoverConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  const templatedKey = (secret: Secret, renderer: Renderer): string | null =>
    secret.inline?.includes('{{') ? renderer.text(secret.inline, '') : null;
  return {
    kind: 'pushover',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = {
        parameters: parameters(config, renderer),
        user: templatedKey(config.userKey, renderer),
        token: templatedKey(config.token, renderer),
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const stored = storedPayload(message.payload);
      const key = async (rendered: unknown, secret: Secret) =>
        typeof rendered === 'string' ? rendered : await openSecret(deps.disk, secret);
      const body = new URLSearchParams({
        token: await key(stored['token'], config.token),
        user: await key(stored['user'], config.userKey),
      });
      if (body.get('token') === '' || body.get('user') === '') {
        throw new SendError('Cannot send to Pushover: token or user_key is empty', false);
      }
      for (const [name, value] of Object.entries(storedPayload(stored['parameters'] ?? null))) {
        body.set(name, String(value));
      }
      const answer = await sendHttp(
        config.http,
        {
          url: config.apiUrl,
          contentType: 'application/x-www-form-urlencoded',
          body: body.toString(),
          timeoutMs: null,
          signal,
        },
        deps,
      );
      return describeAnswer(answer);
    },
  };
}

function parameters(config: PushoverConfig, renderer: Renderer): JsonObject {
  const { message } = config;
  const run = (template: string, fallback = '') => renderer.text(template, fallback);
  const fallback = '{{ template "pushover.default.message" . }}';
  const text = message.html ? renderer.html(message.message, fallback) : run(message.message, fallback);
  return {
    title: truncate(run(message.title, '{{ template "pushover.default.title" . }}'), TITLE_LENGTH),
    ...(message.html ? { html: '1' } : {}),
    ...(message.monospace ? { monospace: '1' } : {}),
    // Pushover refuses a message without text.
    message: truncate(text, MESSAGE_LENGTH).trim() || '(no details)',
    url: truncate(run(message.url), URL_LENGTH),
    url_title: run(message.url_title),
    priority: run(message.priority, '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
    retry: seconds(config.retryMs),
    expire: seconds(config.expireMs),
    device: run(message.device),
    sound: run(message.sound),
    ...(config.ttlMs >= 1_000 ? { ttl: seconds(config.ttlMs) } : {}),
  };
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1_000));
}
