import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';

export const INCIDENTIO_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    url: httpUrl.nullish(),
    url_file: text.nullish(),
    alert_source_token: text.nullish(),
    alert_source_token_file: text.nullish(),
    /** 0 is all. */
    max_alerts: z.int().min(0).nullish(),
    /** 0 leaves it to the limit of every send. */
    timeout: duration.nullish(),
  })
  .refine(({ url, url_file }) => Boolean(url) !== Boolean(url_file), {
    message: 'set one of url and url_file',
  })
  .refine((source) => !(source.alert_source_token && source.alert_source_token_file), {
    message: 'set one of alert_source_token and alert_source_token_file',
  })
  .refine(
    ({ alert_source_token, alert_source_token_file, http_config }) =>
      !(http_config?.authorization && (alert_source_token || alert_source_token_file)),
    { message: 'set one of alert_source_token and http_config.authorization' },
  );

export type IncidentioSource = z.output<typeof INCIDENTIO_SCHEMA>;
