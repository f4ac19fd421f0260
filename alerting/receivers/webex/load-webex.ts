import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import type { WebexConfig } from './webex-config.ts';
import type { WebexSource } from './webex-schema.ts';

const API_URL = 'https://webexapis.com/v1/messages';

export function loadWebex(source: WebexSource, { global, resolve, refuse }: LoadContext): WebexConfig {
  const http = loadHttpConfig(source.http_config, global.http_config, resolve);
  if (!http?.authorization && !http?.bearer_token && !http?.bearer_token_file)
    refuse("Webex needs the bot's token; set http_config.authorization.credentials");
  return {
    kind: 'webex',
    sendResolved: source.send_resolved ?? true,
    apiUrl: source.api_url ?? global.webex_api_url ?? API_URL,
    http,
    message: source,
  };
}
