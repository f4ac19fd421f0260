import type { DiscordConfig } from './discord/discord-config.ts';
import type { EmailConfig } from './email/email-config.ts';
import type { IncidentioConfig } from './incidentio/incidentio-config.ts';
import type { JiraConfig } from './jira/jira-config.ts';
import type { MattermostConfig } from './mattermost/mattermost-config.ts';
import type { MsteamsConfig } from './msteams/msteams-config.ts';
import type { Msteamsv2Config } from './msteamsv2/msteamsv2-config.ts';
import type { OpsgenieConfig } from './opsgenie/opsgenie-config.ts';
import type { PagerdutyConfig } from './pagerduty/pagerduty-config.ts';
import type { PushoverConfig } from './pushover/pushover-config.ts';
import type { RocketchatConfig } from './rocketchat/rocketchat-config.ts';
import type { SlackConfig } from './slack/slack-config.ts';
import type { SmsConfig } from './sms/sms-config.ts';
import type { SnsConfig } from './sns/sns-config.ts';
import type { TelegramConfig } from './telegram/telegram-config.ts';
import type { VictoropsConfig } from './victorops/victorops-config.ts';
import type { WebexConfig } from './webex/webex-config.ts';
import type { WebhookConfig } from './webhook/webhook-config.ts';
import type { WechatConfig } from './wechat/wechat-config.ts';

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
  | IncidentioConfig
  | JiraConfig
  | MattermostConfig
  | RocketchatConfig
  | SnsConfig
  | VictoropsConfig
  | WebexConfig
  | WechatConfig
  | WebhookConfig;
