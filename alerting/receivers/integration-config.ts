import type { EmailConfig } from './email/email-config.ts';
import type { PagerdutyConfig } from './pagerduty/pagerduty-config.ts';
import type { SlackConfig } from './slack/slack-config.ts';
import type { WebhookConfig } from './webhook/webhook-config.ts';

/** One way of a receiver to reach somebody, defaults filled in. Each kind is a folder beside this file. */
export type IntegrationConfig = EmailConfig | PagerdutyConfig | SlackConfig | WebhookConfig;
