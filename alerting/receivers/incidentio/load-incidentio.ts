import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { IncidentioConfig } from './incidentio-config.ts';
import type { IncidentioSource } from './incidentio-schema.ts';

export function loadIncidentio(
  source: IncidentioSource,
  { global, resolve, refuse }: LoadContext,
): IncidentioConfig {
  const token = loadSecret('alert_source_token', resolve, [
    source.alert_source_token,
    source.alert_source_token_file,
  ]);
  return {
    kind: 'incidentio',
    sendResolved: source.send_resolved ?? true,
    url: loadSecret('url', resolve, [source.url, source.url_file]) ?? refuse('set one of url and url_file'),
    token,
    maxAlerts: source.max_alerts ?? 0,
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
  };
}
