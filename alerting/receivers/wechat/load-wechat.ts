import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { WechatConfig } from './wechat-config.ts';
import type { WechatSource } from './wechat-schema.ts';

const API_URL = 'https://qyapi.weixin.qq.com/cgi-bin/';

export function loadWechat(source: WechatSource, { global, resolve, refuse }: LoadContext): WechatConfig {
  return {
    kind: 'wechat',
    sendResolved: source.send_resolved ?? false,
    apiUrl: (source.api_url ?? global.wechat_api_url ?? API_URL).replace(/\/?$/, '/'),
    secret:
      loadSecret(
        'api_secret',
        resolve,
        [source.api_secret, source.api_secret_file],
        [global.wechat_api_secret, global.wechat_api_secret_file],
      ) ?? refuse('WeChat needs a secret; set api_secret here or wechat_api_secret under global'),
    corpId:
      source.corp_id ||
      global.wechat_api_corp_id ||
      refuse('WeChat needs the corporation; set corp_id here or wechat_api_corp_id under global'),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    message: source,
  };
}
