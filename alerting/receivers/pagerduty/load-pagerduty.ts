import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { PagerdutyConfig } from './pagerduty-config.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

const EVENTS_V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';
const EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';

export function loadPagerduty(
  source: PagerdutySource,
  { global, resolve, refuse }: LoadContext,
): PagerdutyConfig {
  const serviceKey = loadSecret('service_key', resolve, [source.service_key, source.service_key_file]);
  return {
    kind: 'pagerduty',
    sendResolved: source.send_resolved ?? true,
    // Of version 1 there is but one address.
    url: serviceKey ? EVENTS_V1_URL : (source.url ?? global.pagerduty_url ?? EVENTS_URL),
    version: serviceKey ? 1 : 2,
    key:
      serviceKey ??
      loadSecret('routing_key', resolve, [source.routing_key, source.routing_key_file]) ??
      refuse('set one of routing_key, routing_key_file, service_key and service_key_file'),
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    event: source,
  };
}
