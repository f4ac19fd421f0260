import { z } from 'zod';
import { templated } from '../templated.ts';
import { hasOneWebhookUrl, ONE_WEBHOOK_URL, WEBHOOK_URL_KEYS } from '../webhook-url-schema.ts';

export const MSTEAMS_SCHEMA = z
  .strictObject({
    ...WEBHOOK_URL_KEYS,
    title: templated('{{ template "msteams.default.title" . }}'),
    summary: templated('{{ template "msteams.default.summary" . }}'),
    text: templated('{{ template "msteams.default.text" . }}'),
  })
  .refine(hasOneWebhookUrl, ONE_WEBHOOK_URL);

export type MsteamsSource = z.output<typeof MSTEAMS_SCHEMA>;
