import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import type { Graphs } from '../graph/graphs.ts';
import { createDiscord } from './discord/discord.ts';
import { createEmail } from './email/email.ts';
import { createIncidentio } from './incidentio/incidentio.ts';
import type { Integration } from './integration.ts';
import type { IntegrationConfig } from './integration-config.ts';
import { createJira } from './jira/jira.ts';
import { createMattermost } from './mattermost/mattermost.ts';
import { createMsteams } from './msteams/msteams.ts';
import { createMsteamsv2 } from './msteamsv2/msteamsv2.ts';
import { createOauth2Tokens } from './oauth2-tokens.ts';
import { createOpsgenie } from './opsgenie/opsgenie.ts';
import { createPagerduty } from './pagerduty/pagerduty.ts';
import { createPushover } from './pushover/pushover.ts';
import { createRocketchat } from './rocketchat/rocketchat.ts';
import { createSlack } from './slack/slack.ts';
import { createSms } from './sms/sms.ts';
import { createSns } from './sns/sns.ts';
import { createTelegram } from './telegram/telegram.ts';
import { createVictorops } from './victorops/victorops.ts';
import { createWebex } from './webex/webex.ts';
import { createWebhook } from './webhook/webhook.ts';
import { createWechat } from './wechat/wechat.ts';

export interface IntegrationDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly http: HttpClient;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
  /** Without it messages carry no graphs. */
  readonly graphs?: Graphs;
}

export function createIntegration(
  config: IntegrationConfig,
  templates: TemplateSet,
  world: IntegrationDeps,
): Integration {
  const deps = { ...world, tokens: createOauth2Tokens(world) };
  switch (config.kind) {
    case 'email':
      return createEmail(config, templates, deps);
    case 'pagerduty':
      return createPagerduty(config, templates, deps);
    case 'slack':
      return createSlack(config, templates, deps);
    case 'discord':
      return createDiscord(config, templates, deps);
    case 'msteams':
      return createMsteams(config, templates, deps);
    case 'msteamsv2':
      return createMsteamsv2(config, templates, deps);
    case 'opsgenie':
      return createOpsgenie(config, templates, deps);
    case 'pushover':
      return createPushover(config, templates, deps);
    case 'sms':
      return createSms(config, templates, deps);
    case 'telegram':
      return createTelegram(config, templates, deps);
    case 'incidentio':
      return createIncidentio(config, templates, deps);
    case 'jira':
      return createJira(config, templates, deps);
    case 'mattermost':
      return createMattermost(config, templates, deps);
    case 'rocketchat':
      return createRocketchat(config, templates, deps);
    case 'sns':
      return createSns(config, templates, deps);
    case 'victorops':
      return createVictorops(config, templates, deps);
    case 'webex':
      return createWebex(config, templates, deps);
    case 'wechat':
      return createWechat(config, templates, deps);
    case 'webhook':
      return createWebhook(config, templates, deps);
    default:
      return config satisfies never;
  }
}
