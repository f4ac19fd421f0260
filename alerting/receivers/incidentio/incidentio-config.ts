import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';

/** An entry of incidentio_configs with the global settings merged in. */
export interface IncidentioConfig {
  readonly kind: 'incidentio';
  readonly sendResolved: boolean;
  readonly url: Secret;
  /** Null: http_config says who asks. */
  readonly token: Secret | null;
  readonly maxAlerts: number;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
}
