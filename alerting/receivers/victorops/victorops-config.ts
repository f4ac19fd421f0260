import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { VictoropsSource } from './victorops-schema.ts';

/** An entry of victorops_configs with the global settings merged in. */
export interface VictoropsConfig {
  readonly kind: 'victorops';
  readonly sendResolved: boolean;
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly http: HttpConfig | null;
  readonly alert: VictoropsSource;
}
