import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import type { HttpSendDeps } from '../send-http.ts';
import { createWebhookSender } from '../webhook-sender.ts';
import type { MattermostConfig } from './mattermost-config.ts';
import { mattermostMessage } from './mattermost-message.ts';

/** Posts to an incoming webhook of Mattermost's. */
export function createMattermost(
  config: MattermostConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'mattermost',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = mattermostMessage(config.message, renderer);
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    send: createWebhookSender(config, deps),
  };
}
