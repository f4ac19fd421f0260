import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import type { HttpSendDeps } from '../send-http.ts';
import type { JsonObject } from '../stored-payload.ts';
import { truncateBytes } from '../truncate-bytes.ts';
import { createWebhookSender } from '../webhook-sender.ts';
import type { Msteamsv2Config } from './msteamsv2-config.ts';

/** Teams refuses messages of more than 28 KB. */
const TEXT_BYTES = 20_000;
const TITLE_BYTES = 1_000;

/** Posts an adaptive card to a workflow of Microsoft Teams ("Post to a channel when a webhook request is received"). */
export function createMsteamsv2(
  config: Msteamsv2Config,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'msteamsv2',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { title, text } = config.message;
      const payload = card(
        truncateBytes(renderer.text(title, '{{ template "msteamsv2.default.title" . }}'), TITLE_BYTES),
        truncateBytes(renderer.text(text, '{{ template "msteamsv2.default.text" . }}'), TEXT_BYTES),
        notification.status === 'resolved' ? 'Good' : 'Attention',
      );
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    send: createWebhookSender(config, deps),
  };
}

function card(title: string, text: string, color: 'Good' | 'Attention'): JsonObject {
  const heading = {
    type: 'TextBlock',
    text: title,
    weight: 'Bolder',
    size: 'Medium',
    wrap: true,
    style: 'heading',
  };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: [
            { ...heading, color },
            { type: 'TextBlock', text, wrap: true },
          ],
          msteams: { width: 'full' },
        },
      },
    ],
  };
}
