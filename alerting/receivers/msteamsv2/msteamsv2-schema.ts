import { z } from 'zod';
import { templated } from '../templated.ts';
import { hasOneWebhookUrl, ONE_WEBHOOK_URL, WEBHOOK_URL_KEYS } from '../webhook-url-schema.ts';

export const MSTEAMSV2_SCHEMA = z
  .strictObject({
    ...WEBHOOK_URL_KEYS,
    title: templated('{{ template "msteamsv2.default.title" . }}'),
    text: templated('{{ template "msteamsv2.default.text" . }}'),
  })
  .refine(hasOneWebhookUrl, ONE_WEBHOOK_URL);

export type Msteamsv2Source = z.output<typeof MSTEAMSV2_SCHEMA>;
