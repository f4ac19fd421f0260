import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { SlackSource } from './slack-schema.ts';

/** An entry of slack_configs with the global settings merged in. */
export interface SlackConfig {
  readonly kind: 'slack';
  readonly sendResolved: boolean;
  readonly to: SlackTarget;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
  readonly message: SlackSource;
}

export type SlackTarget =
  | { readonly kind: 'webhook'; readonly url: Secret }
  /** chat.postMessage or what stands in for it. */
  | { readonly kind: 'app'; readonly url: string; readonly token: Secret };
