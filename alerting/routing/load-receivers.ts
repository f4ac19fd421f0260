import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { loadDiscord } from '../receivers/discord/load-discord.ts';
import { loadEmail } from '../receivers/email/load-email.ts';
import { loadIncidentio } from '../receivers/incidentio/load-incidentio.ts';
import { loadJira } from '../receivers/jira/load-jira.ts';
import type { LoadContext } from '../receivers/load-context.ts';
import { loadMattermost } from '../receivers/mattermost/load-mattermost.ts';
import { loadMsteams } from '../receivers/msteams/load-msteams.ts';
import { loadMsteamsv2 } from '../receivers/msteamsv2/load-msteamsv2.ts';
import { loadOpsgenie } from '../receivers/opsgenie/load-opsgenie.ts';
import { loadPagerduty } from '../receivers/pagerduty/load-pagerduty.ts';
import { loadPushover } from '../receivers/pushover/load-pushover.ts';
import { loadRocketchat } from '../receivers/rocketchat/load-rocketchat.ts';
import { loadSlack } from '../receivers/slack/load-slack.ts';
import { loadSms } from '../receivers/sms/load-sms.ts';
import { loadSns } from '../receivers/sns/load-sns.ts';
import { loadTelegram } from '../receivers/telegram/load-telegram.ts';
import { loadVictorops } from '../receivers/victorops/load-victorops.ts';
import { loadWebex } from '../receivers/webex/load-webex.ts';
import { loadWebhook } from '../receivers/webhook/load-webhook.ts';
import { loadWechat } from '../receivers/wechat/load-wechat.ts';
import type { Receiver } from './routing.ts';
import type { RoutingSource } from './routing-schema.ts';

/** Attempts that fail before the fallback is told; they take about half a minute. */
const FALLBACK_AFTER = 5;

/** The receivers of a routing file by name. Throws ConfigError with the line of the entry that cannot be used. */
export function loadReceivers(
  source: YamlFile,
  config: RoutingSource,
  resolve: (path: string) => string,
): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>();
  for (const [i, receiver] of config.receivers.entries()) {
    const refuseAt = (path: readonly PropertyKey[]) => (detail: string) => {
      throw new ConfigError(source.file, source.lineOf(['receivers', i, ...path]), detail);
    };
    if (receivers.has(receiver.name))
      refuseAt(['name'])(`receiver "${receiver.name}" is there twice; rename one`);
    const each = <Entry, Loaded>(
      key: string,
      entries: readonly Entry[] | null | undefined,
      load: (entry: Entry, context: LoadContext) => Loaded,
    ): readonly Loaded[] =>
      (entries ?? []).map((entry, j) =>
        load(entry, { global: config.global ?? {}, resolve, refuse: refuseAt([key, j]) }),
      );
    if (receiver.fallback_after !== undefined && receiver.fallback === undefined)
      refuseAt(['fallback_after'])('fallback_after needs fallback:, the receiver to tell then');
    receivers.set(receiver.name, {
      name: receiver.name,
      fallback:
        receiver.fallback === undefined
          ? null
          : { receiver: receiver.fallback, afterFailures: receiver.fallback_after ?? FALLBACK_AFTER },
      integrations: [
        ...each('email_configs', receiver.email_configs, (email, { global, refuse }) => {
          const loaded = loadEmail(email, global, resolve);
          if (loaded.smarthost && loaded.from === '') {
            refuse('the mail has no sender; set from: here or smtp_from: under global');
          }
          return loaded;
        }),
        ...each('webhook_configs', receiver.webhook_configs, (webhook, { global }) =>
          loadWebhook(webhook, global.http_config ?? null, resolve),
        ),
        ...each('slack_configs', receiver.slack_configs, loadSlack),
        ...each('pagerduty_configs', receiver.pagerduty_configs, loadPagerduty),
        ...each('discord_configs', receiver.discord_configs, loadDiscord),
        ...each('msteams_configs', receiver.msteams_configs, loadMsteams),
        ...each('msteamsv2_configs', receiver.msteamsv2_configs, loadMsteamsv2),
        ...each('opsgenie_configs', receiver.opsgenie_configs, loadOpsgenie),
        ...each('pushover_configs', receiver.pushover_configs, loadPushover),
        ...each('sms_configs', receiver.sms_configs, loadSms).flat(),
        ...each('telegram_configs', receiver.telegram_configs, loadTelegram),
        ...each('wechat_configs', receiver.wechat_configs, loadWechat),
        ...each('webex_configs', receiver.webex_configs, loadWebex),
        ...each('victorops_configs', receiver.victorops_configs, loadVictorops),
        ...each('sns_configs', receiver.sns_configs, loadSns),
        ...each('rocketchat_configs', receiver.rocketchat_configs, loadRocketchat),
        ...each('mattermost_configs', receiver.mattermost_configs, loadMattermost),
        ...each('jira_configs', receiver.jira_configs, loadJira),
        ...each('incidentio_configs', receiver.incidentio_configs, loadIncidentio),
      ],
    });
  }
  checkFallbacks(source, receivers);
  return receivers;
}

/** Each leads to a receiver that is there, and none back to where it came from. */
function checkFallbacks(source: YamlFile, receivers: ReadonlyMap<string, Receiver>): void {
  [...receivers.values()].forEach((receiver, i) => {
    const refuse = (detail: string) => {
      throw new ConfigError(source.file, source.lineOf(['receivers', i, 'fallback']), detail);
    };
    const passed = new Set([receiver.name]);
    for (let next = receiver.fallback; next; next = receivers.get(next.receiver)?.fallback ?? null) {
      if (!receivers.has(next.receiver)) refuse(`there is no receiver "${next.receiver}" to fall back to`);
      if (passed.has(next.receiver)) refuse(`the fallbacks lead back to receiver "${next.receiver}"`);
      passed.add(next.receiver);
    }
  });
}
