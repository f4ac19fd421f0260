import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { OpsgenieSource } from './opsgenie-schema.ts';

/** An entry of opsgenie_configs with the global settings merged in. */
export interface OpsgenieConfig {
  readonly kind: 'opsgenie';
  readonly sendResolved: boolean;
  /** Ends with a slash. */
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly http: HttpConfig | null;
  readonly alert: OpsgenieSource;
}
