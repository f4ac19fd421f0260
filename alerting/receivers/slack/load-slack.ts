import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { SlackConfig, SlackTarget } from './slack-config.ts';
import type { SlackSource } from './slack-schema.ts';

const APP_URL = 'https://slack.com/api/chat.postMessage';
const POSTS = /\/chat\.postMessage$/;

export function loadSlack(source: SlackSource, context: LoadContext): SlackConfig {
  const to = target(source, context);
  const { api_url, api_url_file, update_message, post_updates_to_thread } = source;
  const hook = api_url_file ? null : (api_url ?? context.global.slack_api_url ?? null);
  // An incoming webhook does not say which message it made.
  if ((update_message || post_updates_to_thread) && to.kind === 'webhook' && hook && !POSTS.test(hook))
    context.refuse(
      `update_message and post_updates_to_thread need an app's token: set app_token, or api_url to ${APP_URL}`,
    );
  return {
    kind: 'slack',
    sendResolved: source.send_resolved ?? false,
    to,
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
