import type { HttpConfig } from '../http-config-schema.ts';
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
    http: resolveFiles(source.http_config ?? global, resolve),
  };
}

function resolveFiles(config: HttpConfig | null, resolve: (path: string) => string): HttpConfig | null {
  if (!config) return null;
  const file = (path: string | null | undefined) => (path ? resolve(path) : path);
  const { basic_auth, authorization } = config;
  return {
    ...config,
    bearer_token_file: file(config.bearer_token_file),
    basic_auth: basic_auth && {
      ...basic_auth,
      username_file: file(basic_auth.username_file),
      password_file: file(basic_auth.password_file),
    },
    authorization: authorization && {
      ...authorization,
      credentials_file: file(authorization.credentials_file),
    },
  };
}
