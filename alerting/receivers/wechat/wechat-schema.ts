import { z } from 'zod';
import { text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

export const WECHAT_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_url: httpUrl.nullish(),
    api_secret: text.nullish(),
    api_secret_file: text.nullish(),
    corp_id: text.nullish(),
    message: templated('{{ template "wechat.default.message" . }}'),
    to_user: templated('{{ template "wechat.default.to_user" . }}'),
    to_party: templated('{{ template "wechat.default.to_party" . }}'),
    to_tag: templated('{{ template "wechat.default.to_tag" . }}'),
    agent_id: templated('{{ template "wechat.default.agent_id" . }}'),
    message_type: z
      .enum(['text', 'markdown', ''], { error: 'must be text or markdown' })
      .nullish()
      .transform((type) => type || 'text'),
  })
  .refine(({ api_secret, api_secret_file }) => !(api_secret && api_secret_file), {
    message: 'set one of api_secret and api_secret_file',
  });

export type WechatSource = z.output<typeof WECHAT_SCHEMA>;

export const WECHAT_DEFAULTS_SCHEMA = {
  wechat_api_url: httpUrl.nullish(),
  wechat_api_secret: text.nullish(),
  wechat_api_secret_file: text.nullish(),
  wechat_api_corp_id: text.nullish(),
};
