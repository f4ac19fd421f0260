import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { VictoropsConfig } from './victorops-config.ts';
import type { VictoropsSource } from './victorops-schema.ts';

const API_URL = 'https://alert.victorops.com/integrations/generic/20131114/alert/';

export function loadVictorops(
  source: VictoropsSource,
  { global, resolve, refuse }: LoadContext,
): VictoropsConfig {
  return {
    kind: 'victorops',
    sendResolved: source.send_resolved ?? true,
    apiUrl: (source.api_url ?? global.victorops_api_url ?? API_URL).replace(/\/?$/, '/'),
    apiKey:
      loadSecret(
        'api_key',
        resolve,
        [source.api_key, source.api_key_file],
        [global.victorops_api_key, global.victorops_api_key_file],
      ) ?? refuse('Splunk On-Call needs a key; set api_key here or victorops_api_key under global'),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    alert: source,
  };
}
