import { z } from 'zod';
import { text, textMap } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

const FIXED_FIELDS = [
  ...['routing_key', 'message_type', 'state_message', 'entity_display_name'],
  ...['monitoring_tool', 'entity_id', 'entity_state'],
];

export const VICTOROPS_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_key: text.nullish(),
    api_key_file: text.nullish(),
    api_url: httpUrl.nullish(),
    routing_key: text.refine((key) => key !== '', { message: 'is missing' }),
    /** CRITICAL, WARNING or INFO; anything else is CRITICAL. */
    message_type: templated('CRITICAL'),
    state_message: templated('{{ template "victorops.default.state_message" . }}'),
    entity_display_name: templated('{{ template "victorops.default.entity_display_name" . }}'),
    monitoring_tool: templated('{{ template "victorops.default.monitoring_tool" . }}'),
    custom_fields: textMap.nullish(),
  })
  .refine(({ api_key, api_key_file }) => !(api_key && api_key_file), {
    message: 'set one of api_key and api_key_file',
  })
  .refine(({ custom_fields }) => !FIXED_FIELDS.some((name) => custom_fields?.[name] !== undefined), {
    message: `custom_fields may not name ${FIXED_FIELDS.join(', ')}`,
  });

export type VictoropsSource = z.output<typeof VICTOROPS_SCHEMA>;

export const VICTOROPS_DEFAULTS_SCHEMA = {
  victorops_api_key: text.nullish(),
  victorops_api_key_file: text.nullish(),
  victorops_api_url: httpUrl.nullish(),
};
