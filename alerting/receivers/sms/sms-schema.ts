import { z } from 'zod';
import { duration, text, textMap } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

/** Three joined messages in GSM's own alphabet. */
const LENGTH = 459;

/** Ours: Alertmanager has no sms_configs. For gateways that take one message as a form or as JSON. */
export const SMS_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    url: httpUrl.nullish(),
    url_file: text.nullish(),
    /** Numbers; each gets a message of its own. Templates are not expanded in them. */
    to: z.union([text.transform((number) => [number]), z.array(text)]),
    from: templated(''),
    text: templated('{{ template "sms.default.text" . }}'),
    /** In characters; the rest is cut off. */
    max_length: z.int().min(10).max(1_600).default(LENGTH),
    format: z.enum(['form', 'json']).default('form'),
    /** What the gateway calls number, sender and text. */
    to_field: templated('to'),
    from_field: templated('from'),
    text_field: templated('text'),
    /** Further fields; templates. */
    fields: textMap.nullish(),
    /** 0 leaves it to the limit of every send. */
    timeout: duration.nullish(),
  })
  .refine(({ url, url_file }) => Boolean(url) !== Boolean(url_file), {
    message: 'set one of url and url_file',
  })
  .refine(({ to }) => to.length > 0 && to.every((number) => number.trim() !== ''), {
    message: 'to needs at least one number, and none that is empty',
    path: ['to'],
  });

export type SmsSource = z.output<typeof SMS_SCHEMA>;
