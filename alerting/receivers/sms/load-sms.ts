import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { SmsConfig } from './sms-config.ts';
import type { SmsSource } from './sms-schema.ts';

/** Every number becomes an integration of its own: when the gateway fails in the middle, none is written to twice. */
export function loadSms(source: SmsSource, { global, resolve, refuse }: LoadContext): readonly SmsConfig[] {
  const url =
    loadSecret('url', resolve, [source.url, source.url_file]) ?? refuse('set one of url and url_file');
  return source.to.map((to) => ({
    kind: 'sms',
    sendResolved: source.send_resolved ?? true,
    url,
    to: to.trim(),
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  }));
}
