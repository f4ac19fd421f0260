import type { HttpConfig } from '../http-config-schema.ts';
import type { WebexSource } from './webex-schema.ts';

/** An entry of webex_configs with the global settings merged in. */
export interface WebexConfig {
  readonly kind: 'webex';
  readonly sendResolved: boolean;
  readonly apiUrl: string;
  readonly http: HttpConfig | null;
  readonly message: WebexSource;
}
