import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { SlackConfig, SlackTarget } from './slack-config.ts';
import type { SlackSource } from './slack-schema.ts';

const APP_URL = 'https://slack.com/api/chat.postMessage';

export function loadSlack(source: SlackSource, context: LoadContext): SlackConfig {
  return {
    kind: 'slack',
    sendResolved: source.send_resolved ?? false,
    to: target(source, context),
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, context.global.http_config, context.resolve),
    message: source,
  };
}

/** What the entry itself says comes before what is said for all. */
function target(source: SlackSource, { global, resolve, refuse }: LoadContext): SlackTarget {
  const appUrl = source.app_url ?? global.slack_app_url ?? APP_URL;
  const webhook = (inline?: string | null, file?: string | null): SlackTarget | null => {
    const url = loadSecret('api_url', resolve, [inline, file]);
    return url && { kind: 'webhook', url };
  };
  const app = (inline?: string | null, file?: string | null): SlackTarget | null => {
    const token = loadSecret('app_token', resolve, [inline, file]);
    return token && { kind: 'app', url: appUrl, token };
  };
  if (global.slack_api_url && global.slack_api_url_file) {
    refuse('slack_api_url and slack_api_url_file are both set under global; set one');
  }
  return (
    webhook(source.api_url, source.api_url_file) ??
    app(source.app_token, source.app_token_file) ??
    webhook(global.slack_api_url, global.slack_api_url_file) ??
    app(global.slack_app_token, global.slack_app_token_file) ??
    refuse('Slack needs an address; set api_url or app_token here, or slack_api_url under global')
  );
}
