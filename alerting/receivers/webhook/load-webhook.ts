import type { HttpConfig } from '../http-config-schema.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import type { WebhookConfig } from './webhook-config.ts';
import type { WebhookSource } from './webhook-schema.ts';

export function loadWebhook(
  source: WebhookSource,
  global: HttpConfig | null,
  resolve: (path: string) => string,
): WebhookConfig {
  return {
    kind: 'webhook',
    sendResolved: source.send_resolved ?? true,
    url: source.url ?? null,
    urlFile: source.url_file ? resolve(source.url_file) : null,
    maxAlerts: source.max_alerts ?? 0,
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global, resolve),
  };
}
