import { z } from 'zod';
import { text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';

const field = z.strictObject({
  title: templated(''),
  value: templated(''),
  short: z.boolean().nullish(),
});

/** Sent are text, url and msg; the other keys are Alertmanager's, which does not send them either. */
const action = z.strictObject({
  type: templated(''),
  text: templated(''),
  url: templated(''),
  msg: templated(''),
  imageurl: templated(''),
  iswebview: flag,
  webviewheightratio: templated(''),
  msginchatwindow: flag,
  msgprocessingtype: templated(''),
});

export const ROCKETCHAT_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_url: httpUrl.nullish(),
    token: text.nullish(),
    token_file: text.nullish(),
    token_id: text.nullish(),
    token_id_file: text.nullish(),
    channel: templated(''),
    color: templated('{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'),
    title: templated('{{ template "rocketchat.default.title" . }}'),
    title_link: templated('{{ template "rocketchat.default.titlelink" . }}'),
    text: templated('{{ template "rocketchat.default.text" . }}'),
    fields: z.array(field).nullish(),
    short_fields: flag,
    emoji: templated('{{ template "rocketchat.default.emoji" . }}'),
    icon_url: templated('{{ template "rocketchat.default.iconurl" . }}'),
    image_url: templated(''),
    thumb_url: templated(''),
    link_names: flag,
    actions: z.array(action).nullish(),
  })
  .refine(({ token, token_file }) => !(token && token_file), {
    message: 'set one of token and token_file',
  })
  .refine(({ token_id, token_id_file }) => !(token_id && token_id_file), {
    message: 'set one of token_id and token_id_file',
  });

export type RocketchatSource = z.output<typeof ROCKETCHAT_SCHEMA>;

export const ROCKETCHAT_DEFAULTS_SCHEMA = {
  rocketchat_api_url: httpUrl.nullish(),
  rocketchat_token: text.nullish(),
  rocketchat_token_file: text.nullish(),
  rocketchat_token_id: text.nullish(),
  rocketchat_token_id_file: text.nullish(),
};
