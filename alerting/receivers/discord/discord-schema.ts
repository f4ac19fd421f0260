import { z } from 'zod';
import { templated } from '../templated.ts';
import { hasOneWebhookUrl, ONE_WEBHOOK_URL, WEBHOOK_URL_KEYS } from '../webhook-url-schema.ts';

export const DISCORD_SCHEMA = z
  .strictObject({
    ...WEBHOOK_URL_KEYS,
    content: templated(''),
    title: templated('{{ template "discord.default.title" . }}'),
    message: templated('{{ template "discord.default.message" . }}'),
    /** These two as they stand: Alertmanager expands no templates in them. */
    username: templated(''),
    avatar_url: templated(''),
  })
  .refine(hasOneWebhookUrl, ONE_WEBHOOK_URL);

export type DiscordSource = z.output<typeof DISCORD_SCHEMA>;
