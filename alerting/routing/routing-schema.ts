import { z } from 'zod';
import { DISCORD_SCHEMA } from '../receivers/discord/discord-schema.ts';
import { EMAIL_SCHEMA, SMTP_DEFAULTS_SCHEMA } from '../receivers/email/email-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../receivers/http-config-schema.ts';
import { INCIDENTIO_SCHEMA } from '../receivers/incidentio/incidentio-schema.ts';
import { JIRA_DEFAULTS_SCHEMA, JIRA_SCHEMA } from '../receivers/jira/jira-schema.ts';
import { MATTERMOST_DEFAULTS_SCHEMA, MATTERMOST_SCHEMA } from '../receivers/mattermost/mattermost-schema.ts';
import { MSTEAMS_SCHEMA } from '../receivers/msteams/msteams-schema.ts';
import { MSTEAMSV2_SCHEMA } from '../receivers/msteamsv2/msteamsv2-schema.ts';
import { OPSGENIE_DEFAULTS_SCHEMA, OPSGENIE_SCHEMA } from '../receivers/opsgenie/opsgenie-schema.ts';
import { PAGERDUTY_DEFAULTS_SCHEMA, PAGERDUTY_SCHEMA } from '../receivers/pagerduty/pagerduty-schema.ts';
import { PUSHOVER_SCHEMA } from '../receivers/pushover/pushover-schema.ts';
import { ROCKETCHAT_DEFAULTS_SCHEMA, ROCKETCHAT_SCHEMA } from '../receivers/rocketchat/rocketchat-schema.ts';
import { SLACK_DEFAULTS_SCHEMA, SLACK_SCHEMA } from '../receivers/slack/slack-schema.ts';
import { SMS_SCHEMA } from '../receivers/sms/sms-schema.ts';
import { SNS_SCHEMA } from '../receivers/sns/sns-schema.ts';
import { TELEGRAM_DEFAULTS_SCHEMA, TELEGRAM_SCHEMA } from '../receivers/telegram/telegram-schema.ts';
import { VICTOROPS_DEFAULTS_SCHEMA, VICTOROPS_SCHEMA } from '../receivers/victorops/victorops-schema.ts';
import { WEBEX_DEFAULTS_SCHEMA, WEBEX_SCHEMA } from '../receivers/webex/webex-schema.ts';
import { WEBHOOK_SCHEMA } from '../receivers/webhook/webhook-schema.ts';
import { WECHAT_DEFAULTS_SCHEMA, WECHAT_SCHEMA } from '../receivers/wechat/wechat-schema.ts';
import { duration, text, textMap } from './text-schema.ts';
import { TIME_INTERVAL_SCHEMA } from './time-interval-schema.ts';

/** `matchers:` and its older forms `match:` and `match_re:`. */
const matcherKeys = {
  match: textMap.nullish(),
  match_re: textMap.nullish(),
  matchers: z.array(text).nullish(),
};

const routeKeys = {
  ...matcherKeys,
  receiver: text.nullish(),
  group_by: z.array(text).nullish(),
  group_wait: duration.nullish(),
  group_interval: duration.nullish(),
  repeat_interval: duration.nullish(),
  mute_time_intervals: z.array(text).nullish(),
  active_time_intervals: z.array(text).nullish(),
  continue: z.boolean().nullish(),
};

export type RouteSource = z.output<typeof baseRoute> & {
  readonly routes?: readonly RouteSource[] | null | undefined;
};
const baseRoute = z.strictObject(routeKeys);
const route: z.ZodType<RouteSource> = z.strictObject({
  ...routeKeys,
  get routes() {
    return z.array(route).nullish();
  },
});

const receiver = z.strictObject({
  name: text.refine((name) => name !== '', 'a receiver needs a name'),
  // Ours: who is told when this receiver cannot be.
  fallback: text.optional(),
  fallback_after: z.int().min(1).max(100).optional(),
  email_configs: z.array(EMAIL_SCHEMA).nullish(),
  pagerduty_configs: z.array(PAGERDUTY_SCHEMA).nullish(),
  slack_configs: z.array(SLACK_SCHEMA).nullish(),
  discord_configs: z.array(DISCORD_SCHEMA).nullish(),
  msteams_configs: z.array(MSTEAMS_SCHEMA).nullish(),
  msteamsv2_configs: z.array(MSTEAMSV2_SCHEMA).nullish(),
  opsgenie_configs: z.array(OPSGENIE_SCHEMA).nullish(),
  pushover_configs: z.array(PUSHOVER_SCHEMA).nullish(),
  sms_configs: z.array(SMS_SCHEMA).nullish(),
  telegram_configs: z.array(TELEGRAM_SCHEMA).nullish(),
  incidentio_configs: z.array(INCIDENTIO_SCHEMA).nullish(),
  jira_configs: z.array(JIRA_SCHEMA).nullish(),
  mattermost_configs: z.array(MATTERMOST_SCHEMA).nullish(),
  rocketchat_configs: z.array(ROCKETCHAT_SCHEMA).nullish(),
  sns_configs: z.array(SNS_SCHEMA).nullish(),
  victorops_configs: z.array(VICTOROPS_SCHEMA).nullish(),
  webex_configs: z.array(WEBEX_SCHEMA).nullish(),
  wechat_configs: z.array(WECHAT_SCHEMA).nullish(),
  webhook_configs: z.array(WEBHOOK_SCHEMA).nullish(),
});

const inhibitionSide = {
  source_match: textMap.nullish(),
  source_match_re: textMap.nullish(),
  source_matchers: z.array(text).nullish(),
  target_match: textMap.nullish(),
  target_match_re: textMap.nullish(),
  target_matchers: z.array(text).nullish(),
};

const namedIntervals = z
  .array(z.strictObject({ name: text, time_intervals: z.array(TIME_INTERVAL_SCHEMA).nullish() }))
  .nullish();

/** A secret comes from the file or from the line, not from both. */
function refuseBoth(values: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const file of Object.keys(values)) {
    const inline = file.replace(/_file$/, '');
    if (inline !== file && values[file] && values[inline])
      context.addIssue({ code: 'custom', path: [file], message: `set one of ${inline} and ${file}` });
  }
}

/** Alertmanager's configuration file (its documentation, "Configuration", version 0.34). */
export const ROUTING_SCHEMA = z.strictObject({
  global: z
    .strictObject({
      resolve_timeout: duration.nullish(),
      http_config: HTTP_CONFIG_SCHEMA.nullish(),
      ...SMTP_DEFAULTS_SCHEMA,
      ...OPSGENIE_DEFAULTS_SCHEMA,
      ...PAGERDUTY_DEFAULTS_SCHEMA,
      ...SLACK_DEFAULTS_SCHEMA,
      ...TELEGRAM_DEFAULTS_SCHEMA,
      ...WECHAT_DEFAULTS_SCHEMA,
      ...WEBEX_DEFAULTS_SCHEMA,
      ...VICTOROPS_DEFAULTS_SCHEMA,
      ...ROCKETCHAT_DEFAULTS_SCHEMA,
      ...MATTERMOST_DEFAULTS_SCHEMA,
      ...JIRA_DEFAULTS_SCHEMA,
    })
    .superRefine(refuseBoth)
    .nullish(),
  route: route,
  receivers: z.array(receiver),
  inhibit_rules: z
    .array(z.strictObject({ name: text.nullish(), ...inhibitionSide, equal: z.array(text).nullish() }))
    .nullish(),
  templates: z.array(text).nullish(),
  time_intervals: namedIntervals,
  mute_time_intervals: namedIntervals,
});

export type RoutingSource = z.output<typeof ROUTING_SCHEMA>;
export type MatcherSource = Pick<RouteSource, 'match' | 'match_re' | 'matchers'>;
