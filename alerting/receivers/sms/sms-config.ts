import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { SmsSource } from './sms-schema.ts';

/** One number of an entry of sms_configs. */
export interface SmsConfig {
  readonly kind: 'sms';
  readonly sendResolved: boolean;
  readonly url: Secret;
  readonly to: string;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
  readonly message: SmsSource;
}
