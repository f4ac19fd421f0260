import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { OpsgenieConfig } from './opsgenie-config.ts';
import type { OpsgenieSource } from './opsgenie-schema.ts';

const API_URL = 'https://api.opsgenie.com/';

export function loadOpsgenie(
  source: OpsgenieSource,
  { global, resolve, refuse }: LoadContext,
): OpsgenieConfig {
  if (global.opsgenie_api_key && global.opsgenie_api_key_file) {
    refuse('opsgenie_api_key and opsgenie_api_key_file are both set under global; set one');
  }
  return {
    kind: 'opsgenie',
    sendResolved: source.send_resolved ?? true,
    apiUrl: (source.api_url ?? global.opsgenie_api_url ?? API_URL).replace(/\/?$/, '/'),
    apiKey:
      loadSecret(
        'api_key',
        resolve,
        [source.api_key, source.api_key_file],
        [global.opsgenie_api_key, global.opsgenie_api_key_file],
      ) ?? refuse('Opsgenie needs a key; set api_key here or opsgenie_api_key under global'),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    alert: source,
  };
}
