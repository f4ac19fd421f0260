import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';

export const PUSHOVER_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    /** Ours: a relay instead of Pushover's own address. */
    api_url: httpUrl.nullish(),
    user_key: text.nullish(),
    user_key_file: text.nullish(),
    token: text.nullish(),
    token_file: text.nullish(),
    title: templated('{{ template "pushover.default.title" . }}'),
    message: templated('{{ template "pushover.default.message" . }}'),
    url: templated('{{ template "pushover.default.url" . }}'),
    url_title: templated(''),
    device: templated(''),
    sound: templated(''),
    /** 2 is Pushover's emergency: repeated until somebody confirms it. */
    priority: templated('{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
    retry: duration.nullish(),
    expire: duration.nullish(),
    ttl: duration.nullish(),
    html: flag,
    monospace: flag,
  })
  .refine(({ user_key, user_key_file }) => Boolean(user_key) !== Boolean(user_key_file), {
    message: 'set one of user_key and user_key_file',
  })
  .refine(({ token, token_file }) => Boolean(token) !== Boolean(token_file), {
    message: 'set one of token and token_file',
  })
  .refine(({ html, monospace }) => !(html && monospace), { message: 'set one of html and monospace' });

export type PushoverSource = z.output<typeof PUSHOVER_SCHEMA>;
