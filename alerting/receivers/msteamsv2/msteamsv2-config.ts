import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { Msteamsv2Source } from './msteamsv2-schema.ts';

/** An entry of msteamsv2_configs with the global settings merged in. */
export interface Msteamsv2Config {
  readonly kind: 'msteamsv2';
  readonly sendResolved: boolean;
  readonly url: Secret;
  readonly http: HttpConfig | null;
  readonly message: Msteamsv2Source;
}
