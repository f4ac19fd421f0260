import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { MattermostSource } from './mattermost-schema.ts';

/** An entry of mattermost_configs with the global settings merged in. */
export interface MattermostConfig {
  readonly kind: 'mattermost';
  readonly sendResolved: boolean;
  readonly url: Secret;
  readonly http: HttpConfig | null;
  readonly message: MattermostSource;
}
