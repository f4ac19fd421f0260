import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer, type Renderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { RocketchatConfig } from './rocketchat-config.ts';
import type { RocketchatSource } from './rocketchat-schema.ts';

const TITLE_LENGTH = 1_024;

/** Posts a message with one attachment to a channel of Rocket.Chat, as chat.postMessage. */
export function createRocketchat(
  config: RocketchatConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'rocketchat',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { channel, emoji, icon_url } = config.message;
      const payload = {
        ...withoutEmpty({
          channel: renderer.text(channel, ''),
          emoji: renderer.text(emoji, ''),
          avatar: renderer.text(icon_url, ''),
        }),
        attachments: [attachment(config.message, renderer)],
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const request = {
        url: `${config.apiUrl}api/v1/chat.postMessage`,
        contentType: 'application/json',
        body: JSON.stringify(message.payload),
        headers: {
          'x-auth-token': await openSecret(deps.disk, config.token),
          'x-user-id': await openSecret(deps.disk, config.tokenId),
        },
        timeoutMs: null,
        signal,
      };
      const answer = await sendHttp(config.http, request, deps);
      checkAnswer(answer);
      return describeAnswer(answer);
    },
  };
}

function attachment(source: RocketchatSource, renderer: Renderer): JsonObject {
  const run = (template: string) => renderer.text(template, '');
  const title = renderer.text(source.title, '{{ template "rocketchat.default.title" . }}');
  return withoutEmpty({
    title: truncate(title, TITLE_LENGTH),
    title_link: run(source.title_link),
    text: run(source.text),
    image_url: run(source.image_url),
    thumb_url: run(source.thumb_url),
    color: run(source.color),
    fields: (source.fields ?? []).map((field) => ({
      short: field.short ?? source.short_fields,
      ...withoutEmpty({ title: run(field.title), value: run(field.value) }),
    })),
    actions: (source.actions ?? []).map((action) => ({
      type: 'button',
      ...withoutEmpty({ text: run(action.text), url: run(action.url), msg: run(action.msg) }),
      is_webview: false,
      msg_in_chat_window: false,
    })),
  });
}

/** Rocket.Chat also says no with status 200. */
function checkAnswer(answer: HttpAnswer): void {
  let said: unknown;
  try {
    said = JSON.parse(answer.text());
  } catch (error) {
    throw new SendError(`Rocket.Chat's answer cannot be read: ${describeAnswer(answer)}`, true, error);
  }
  if (said !== null && typeof said === 'object' && Reflect.get(said, 'success') === true) return;
  throw new SendError(`Rocket.Chat answered with an error: ${describeAnswer(answer)}`, false);
}
