import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

export const PAGERDUTY_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    /** Of an integration of the Events API's version 1; it wins over a routing_key. */
    service_key: text.nullish(),
    service_key_file: text.nullish(),
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
  .refine(({ routing_key, routing_key_file }) => !(routing_key && routing_key_file), {
    message: 'set one of routing_key and routing_key_file',
  })
  .refine(({ service_key, service_key_file }) => !(service_key && service_key_file), {
    message: 'set one of service_key and service_key_file',
  });

export type PagerdutySource = z.output<typeof PAGERDUTY_SCHEMA>;

export const PAGERDUTY_DEFAULTS_SCHEMA = { pagerduty_url: httpUrl.nullish() };
