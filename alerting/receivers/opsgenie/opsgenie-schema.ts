import { z } from 'zod';
import { text, textMap } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';

const RESPONDER_TYPE = /^(?:team|teams|user|escalation|schedule)$/i;

const responder = z
  .strictObject({ id: templated(''), name: templated(''), username: templated(''), type: templated('') })
  .refine(({ id, name, username }) => id !== '' || name !== '' || username !== '', {
    message: 'a responder needs an id, a name or a username',
  })
  .refine(({ type }) => type.includes('{{') || RESPONDER_TYPE.test(type), {
    message: 'type must be team, teams, user, escalation or schedule',
  });

export const OPSGENIE_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_key: text.nullish(),
    api_key_file: text.nullish(),
    api_url: httpUrl.nullish(),
    message: templated('{{ template "opsgenie.default.message" . }}'),
    description: templated('{{ template "opsgenie.default.description" . }}'),
    source: templated('{{ template "opsgenie.default.source" . }}'),
    details: textMap.nullish(),
    entity: templated(''),
    responders: z.array(responder).nullish(),
    actions: templated(''),
    tags: templated(''),
    note: templated(''),
    priority: templated(''),
    /** True: an alert that exists already gets the new message and description. */
    update_alerts: flag,
  })
  .refine(({ api_key, api_key_file }) => !(api_key && api_key_file), {
    message: 'set one of api_key and api_key_file',
  });

export type OpsgenieSource = z.output<typeof OPSGENIE_SCHEMA>;

export const OPSGENIE_DEFAULTS_SCHEMA = {
  opsgenie_api_key: text.nullish(),
  opsgenie_api_key_file: text.nullish(),
  opsgenie_api_url: httpUrl.nullish(),
};
