import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { PushoverConfig } from './pushover-config.ts';
import type { PushoverSource } from './pushover-schema.ts';

const API_URL = 'https://api.pushover.net/1/messages.json';

export function loadPushover(
  source: PushoverSource,
  { global, resolve, refuse }: LoadContext,
): PushoverConfig {
  return {
    kind: 'pushover',
    sendResolved: source.send_resolved ?? true,
    apiUrl: source.api_url ?? API_URL,
    userKey:
      loadSecret('user_key', resolve, [source.user_key, source.user_key_file]) ??
      refuse('set one of user_key and user_key_file'),
    token:
      loadSecret('token', resolve, [source.token, source.token_file]) ??
      refuse('set one of token and token_file'),
    retryMs: source.retry ?? 60_000,
    expireMs: source.expire ?? 3_600_000,
    ttlMs: source.ttl ?? 0,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
