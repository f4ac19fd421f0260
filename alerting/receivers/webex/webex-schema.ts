import { z } from 'zod';
import { text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

export const WEBEX_SCHEMA = z.strictObject({
  send_resolved: z.boolean().nullish(),
  /** Must hold the bot's token as authorization. */
  http_config: HTTP_CONFIG_SCHEMA.nullish(),
  api_url: httpUrl.nullish(),
  room_id: text.refine((room) => room !== '', { message: 'is missing' }),
  message: templated('{{ template "webex.default.message" . }}'),
});

export type WebexSource = z.output<typeof WEBEX_SCHEMA>;

export const WEBEX_DEFAULTS_SCHEMA = { webex_api_url: httpUrl.nullish() };
