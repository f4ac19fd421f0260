import { z } from 'zod';
import { text } from '../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from './http-config-schema.ts';
import { httpUrl } from './http-url.ts';

/** Keys of entries that post to a URL their provider made for them. */
export const WEBHOOK_URL_KEYS = {
  send_resolved: z.boolean().nullish(),
  http_config: HTTP_CONFIG_SCHEMA.nullish(),
  webhook_url: httpUrl.nullish(),
  webhook_url_file: text.nullish(),
};

export const ONE_WEBHOOK_URL = { message: 'set one of webhook_url and webhook_url_file' };

export function hasOneWebhookUrl(source: {
  readonly webhook_url?: string | null | undefined;
  readonly webhook_url_file?: string | null | undefined;
}): boolean {
  return Boolean(source.webhook_url) !== Boolean(source.webhook_url_file);
}
