import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { RocketchatConfig } from './rocketchat-config.ts';
import type { RocketchatSource } from './rocketchat-schema.ts';

const API_URL = 'https://open.rocket.chat/';

export function loadRocketchat(
  source: RocketchatSource,
  { global, resolve, refuse }: LoadContext,
): RocketchatConfig {
  return {
    kind: 'rocketchat',
    sendResolved: source.send_resolved ?? false,
    apiUrl: (source.api_url ?? global.rocketchat_api_url ?? API_URL).replace(/\/?$/, '/'),
    token:
      loadSecret(
        'token',
        resolve,
        [source.token, source.token_file],
        [global.rocketchat_token, global.rocketchat_token_file],
      ) ?? refuse('Rocket.Chat needs a token; set token here or rocketchat_token under global'),
    tokenId:
      loadSecret(
        'token_id',
        resolve,
        [source.token_id, source.token_id_file],
        [global.rocketchat_token_id, global.rocketchat_token_id_file],
      ) ??
      refuse("Rocket.Chat needs the token's user; set token_id here or rocketchat_token_id under global"),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
