import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import type { HttpSendDeps } from '../send-http.ts';
import { truncateBytes } from '../truncate-bytes.ts';
import { createWebhookSender } from '../webhook-sender.ts';
import type { MsteamsConfig } from './msteams-config.ts';

/** Teams refuses messages of more than 28 KB; title and summary, each cut to a part of the rest, stay below it. */
const TEXT_BYTES = 20_000;
const TITLE_BYTES = 1_000;

const RED = '8C1A1A';
const GREEN = '2DC72D';

/** Posts a MessageCard to an incoming webhook connector of Microsoft Teams. */
export function createMsteams(
  config: MsteamsConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'msteams',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { title, summary, text } = config.message;
      const payload = {
        '@context': 'http://schema.org/extensions',
        type: 'MessageCard',
        title: truncateBytes(renderer.text(title, '{{ template "msteams.default.title" . }}'), TITLE_BYTES),
        summary: truncateBytes(
          renderer.text(summary, '{{ template "msteams.default.summary" . }}'),
          TITLE_BYTES,
        ),
        text: truncateBytes(renderer.text(text, '{{ template "msteams.default.text" . }}'), TEXT_BYTES),
        themeColor: notification.status === 'resolved' ? GREEN : RED,
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    send: createWebhookSender(config, deps),
  };
}
