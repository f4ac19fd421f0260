import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

const version1 = z
  .unknown()
  .refine((value) => value === undefined || value === null || value === '', {
    message: 'belongs to version 1 of the Events API; use routing_key with an Events API v2 integration',
  })
  .optional();

export const PAGERDUTY_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    service_key: version1,
    service_key_file: version1,
    routing_key: text.nullish(),
    routing_key_file: text.nullish(),
    url: httpUrl.nullish(),
    client: templated('{{ template "pagerduty.default.client" . }}'),
    client_url: templated('{{ template "pagerduty.default.clientURL" . }}'),
    description: templated('{{ template "pagerduty.default.description" . }}'),
    /** Texts in it are templates, at any depth. */
    details: z.record(z.string(), z.json()).nullish(),
    images: z
      .array(z.strictObject({ src: templated(''), alt: templated(''), href: templated('') }))
      .nullish(),
    links: z.array(z.strictObject({ href: templated(''), text: templated('') })).nullish(),
    source: text.nullish(),
    severity: templated(''),
    class: templated(''),
    component: templated(''),
    group: templated(''),
    /** 0 leaves it to the limit of every send. */
    timeout: duration.nullish(),
  })
  .refine(({ routing_key, routing_key_file }) => Boolean(routing_key) !== Boolean(routing_key_file), {
    message: 'set one of routing_key and routing_key_file',
  });

export type PagerdutySource = z.output<typeof PAGERDUTY_SCHEMA>;

export const PAGERDUTY_DEFAULTS_SCHEMA = { pagerduty_url: httpUrl.nullish() };
