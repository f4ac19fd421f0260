import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { PushoverSource } from './pushover-schema.ts';

/** An entry of pushover_configs with the global settings merged in. */
export interface PushoverConfig {
  readonly kind: 'pushover';
  readonly sendResolved: boolean;
  readonly apiUrl: string;
  readonly userKey: Secret;
  readonly token: Secret;
  readonly retryMs: number;
  readonly expireMs: number;
  readonly ttlMs: number;
  readonly http: HttpConfig | null;
  readonly message: PushoverSource;
}
