import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';

const required = (key: string) =>
  text.refine((value) => value !== '', { message: `${key} must not be empty` });

const confirm = z.strictObject({
  text: required('text'),
  title: templated(''),
  ok_text: templated(''),
  dismiss_text: templated(''),
});

const action = z
  .strictObject({
    type: required('type'),
    text: required('text'),
    url: templated(''),
    style: templated(''),
    name: templated(''),
    value: templated(''),
    confirm: confirm.nullish(),
  })
  .refine(({ url, name }) => url !== '' || name !== '', { message: 'an action needs a url or a name' });

const field = z.strictObject({
  title: required('title'),
  value: required('value'),
  short: z.boolean().nullish(),
});

export const SLACK_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_url: httpUrl.nullish(),
    api_url_file: text.nullish(),
    app_token: text.nullish(),
    app_token_file: text.nullish(),
    app_url: httpUrl.nullish(),
    channel: templated(''),
    username: templated('{{ template "slack.default.username" . }}'),
    color: templated('{{ template "slack.default.color" . }}'),
    title: templated('{{ template "slack.default.title" . }}'),
    title_link: templated('{{ template "slack.default.titlelink" . }}'),
    pretext: templated('{{ template "slack.default.pretext" . }}'),
    text: templated('{{ template "slack.default.text" . }}'),
    message_text: templated(''),
    fields: z.array(field).nullish(),
    short_fields: flag,
    footer: templated('{{ template "slack.default.footer" . }}'),
    fallback: templated('{{ template "slack.default.fallback" . }}'),
    callback_id: templated('{{ template "slack.default.callbackid" . }}'),
    icon_emoji: templated('{{ template "slack.default.iconemoji" . }}'),
    icon_url: templated('{{ template "slack.default.iconurl" . }}'),
    image_url: templated(''),
    thumb_url: templated(''),
    link_names: flag,
    mrkdwn_in: z.array(text).nullish(),
    actions: z.array(action).nullish(),
    update_message: flag,
    post_updates_to_thread: flag,
    /** 0 leaves it to the limit of every send. */
    timeout: duration.nullish(),
  })
  .refine(({ api_url, api_url_file }) => !(api_url && api_url_file), {
    message: 'set one of api_url and api_url_file',
  })
  .refine(({ app_token, app_token_file }) => !(app_token && app_token_file), {
    message: 'set one of app_token and app_token_file',
  })
  .refine((slack) => !((slack.api_url || slack.api_url_file) && (slack.app_token || slack.app_token_file)), {
    message: 'set one of api_url and app_token (or their files)',
  });

export type SlackSource = z.output<typeof SLACK_SCHEMA>;

export const SLACK_DEFAULTS_SCHEMA = {
  slack_api_url: httpUrl.nullish(),
  slack_api_url_file: text.nullish(),
  slack_app_token: text.nullish(),
  slack_app_token_file: text.nullish(),
  slack_app_url: httpUrl.nullish(),
};
