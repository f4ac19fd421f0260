import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { RocketchatSource } from './rocketchat-schema.ts';

/** An entry of rocketchat_configs with the global settings merged in. */
export interface RocketchatConfig {
  readonly kind: 'rocketchat';
  readonly sendResolved: boolean;
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly token: Secret;
  readonly tokenId: Secret;
  readonly http: HttpConfig | null;
  readonly message: RocketchatSource;
}
