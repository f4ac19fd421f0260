import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { PagerdutyConfig } from './pagerduty-config.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

const EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';

export function loadPagerduty(
  source: PagerdutySource,
  { global, resolve, refuse }: LoadContext,
): PagerdutyConfig {
  return {
    kind: 'pagerduty',
    sendResolved: source.send_resolved ?? true,
    url: source.url ?? global.pagerduty_url ?? EVENTS_URL,
    routingKey:
      loadSecret('routing_key', resolve, [source.routing_key, source.routing_key_file]) ??
      refuse('set one of routing_key and routing_key_file'),
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    event: source,
  };
}
