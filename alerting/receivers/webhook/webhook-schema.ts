import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';

export const WEBHOOK_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    url: text.nullish(),
    url_file: text.nullish(),
    /** Alerts in one message; 0 is all. */
    max_alerts: z.int().nonnegative().nullish(),
    /** 0 leaves it to group_interval. */
    timeout: duration.nullish(),
  })
  .refine((webhook) => Boolean(webhook.url) !== Boolean(webhook.url_file), {
    message: 'set one of url and url_file',
  })
  .refine((webhook) => !webhook.url || isHttpUrl(webhook.url), {
    message: 'url must begin with http:// or https://',
    path: ['url'],
  });

export type WebhookSource = z.output<typeof WEBHOOK_SCHEMA>;

function isHttpUrl(url: string): boolean {
  // A template in a URL is expanded at the send.
  return url.includes('{{') || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
}
