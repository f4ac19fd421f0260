import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { withoutEmpty } from '../stored-payload.ts';
import { truncateBytes } from '../truncate-bytes.ts';
import type { WebexConfig } from './webex-config.ts';

// Webex's documentation, "Create a Message".
const MESSAGE_BYTES = 7_439;

/** Posts a message of Markdown into a room of Webex. */
export function createWebex(config: WebexConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  return {
    kind: 'webex',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const markdown = renderer.text(config.message.message, '{{ template "webex.default.message" . }}');
      const payload = {
        markdown: truncateBytes(markdown, MESSAGE_BYTES),
        ...withoutEmpty({ roomId: renderer.text(config.message.room_id, '') }),
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const request = {
        url: config.apiUrl,
        contentType: 'application/json',
        body: JSON.stringify(message.payload),
        timeoutMs: null,
        signal,
      };
      return describeAnswer(await sendHttp(config.http, request, deps));
    },
  };
}
