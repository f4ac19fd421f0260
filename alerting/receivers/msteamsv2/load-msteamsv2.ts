import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import { ONE_WEBHOOK_URL } from '../webhook-url-schema.ts';
import type { Msteamsv2Config } from './msteamsv2-config.ts';
import type { Msteamsv2Source } from './msteamsv2-schema.ts';

export function loadMsteamsv2(
  source: Msteamsv2Source,
  { global, resolve, refuse }: LoadContext,
): Msteamsv2Config {
  return {
    kind: 'msteamsv2',
    sendResolved: source.send_resolved ?? true,
    url:
      loadSecret('webhook_url', resolve, [source.webhook_url, source.webhook_url_file]) ??
      refuse(ONE_WEBHOOK_URL.message),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
