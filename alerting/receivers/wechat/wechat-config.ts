import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { WechatSource } from './wechat-schema.ts';

/** An entry of wechat_configs with the global settings merged in. */
export interface WechatConfig {
  readonly kind: 'wechat';
  readonly sendResolved: boolean;
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly secret: Secret;
  /** A template. */
  readonly corpId: string;
  readonly http: HttpConfig | null;
  readonly message: WechatSource;
}
