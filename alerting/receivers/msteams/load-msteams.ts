import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import { ONE_WEBHOOK_URL } from '../webhook-url-schema.ts';
import type { MsteamsConfig } from './msteams-config.ts';
import type { MsteamsSource } from './msteams-schema.ts';

export function loadMsteams(source: MsteamsSource, { global, resolve, refuse }: LoadContext): MsteamsConfig {
  return {
    kind: 'msteams',
    sendResolved: source.send_resolved ?? true,
    url:
      loadSecret('webhook_url', resolve, [source.webhook_url, source.webhook_url_file]) ??
      refuse(ONE_WEBHOOK_URL.message),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
