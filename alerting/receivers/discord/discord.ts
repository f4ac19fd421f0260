import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import type { HttpSendDeps } from '../send-http.ts';
import { withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import { createWebhookSender } from '../webhook-sender.ts';
import type { DiscordConfig } from './discord-config.ts';

// Discord's documentation, "Embed Limits" and "Execute Webhook"; longer ones are refused.
const TITLE_LENGTH = 256;
const DESCRIPTION_LENGTH = 4_096;
const CONTENT_LENGTH = 2_000;

const RED = 0x992d22;
const GREEN = 0x2ecc71;

/** Executes a webhook of Discord's with one embed. */
export function createDiscord(
  config: DiscordConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'discord',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { content, title, message, username, avatar_url } = config.message;
      const titleText = renderer.text(title, '{{ template "discord.default.title" . }}');
      const messageText = renderer.text(message, '{{ template "discord.default.message" . }}');
      const payload = {
        content: truncate(renderer.text(content, ''), CONTENT_LENGTH),
        embeds: [
          {
            title: truncate(titleText, TITLE_LENGTH),
            description: truncate(messageText, DESCRIPTION_LENGTH),
            color: notification.status === 'resolved' ? GREEN : RED,
          },
        ],
        ...withoutEmpty({ username, avatar_url }),
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    send: createWebhookSender(config, deps),
  };
}
