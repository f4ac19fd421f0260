import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { MattermostConfig } from './mattermost-config.ts';
import type { MattermostSource } from './mattermost-schema.ts';

export function loadMattermost(
  source: MattermostSource,
  { global, resolve, refuse }: LoadContext,
): MattermostConfig {
  return {
    kind: 'mattermost',
    sendResolved: source.send_resolved ?? true,
    url:
      loadSecret(
        'webhook_url',
        resolve,
        [source.webhook_url, source.webhook_url_file],
        [global.mattermost_webhook_url, global.mattermost_webhook_url_file],
      ) ?? refuse('Mattermost needs a URL; set webhook_url here or mattermost_webhook_url under global'),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
