import type { DiscordConfig } from './discord/discord-config.ts';
import type { EmailConfig } from './email/email-config.ts';
import type { MsteamsConfig } from './msteams/msteams-config.ts';
import type { Msteamsv2Config } from './msteamsv2/msteamsv2-config.ts';
import type { OpsgenieConfig } from './opsgenie/opsgenie-config.ts';
import type { PagerdutyConfig } from './pagerduty/pagerduty-config.ts';
import type { PushoverConfig } from './pushover/pushover-config.ts';
import type { SlackConfig } from './slack/slack-config.ts';
import type { SmsConfig } from './sms/sms-config.ts';
import type { TelegramConfig } from './telegram/telegram-config.ts';
import type { WebhookConfig } from './webhook/webhook-config.ts';

/** One way of a receiver to reach somebody, defaults filled in. Each kind is a folder beside this file. */
export type IntegrationConfig =
  | DiscordConfig
  | EmailConfig
  | MsteamsConfig
  | Msteamsv2Config
  | OpsgenieConfig
  | PagerdutyConfig
  | PushoverConfig
  | SlackConfig
  | SmsConfig
  | TelegramConfig
  | WebhookConfig;
