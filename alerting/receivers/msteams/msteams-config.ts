import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { MsteamsSource } from './msteams-schema.ts';

/** An entry of msteams_configs with the global settings merged in. */
export interface MsteamsConfig {
  readonly kind: 'msteams';
  readonly sendResolved: boolean;
  readonly url: Secret;
  readonly http: HttpConfig | null;
  readonly message: MsteamsSource;
}
