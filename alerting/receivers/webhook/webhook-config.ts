import type { HttpConfig } from '../http-config-schema.ts';

export interface WebhookConfig {
  readonly kind: 'webhook';
  readonly sendResolved: boolean;
  readonly url: string | null;
  /** Absolute; read at each send, so that the secret can change. */
  readonly urlFile: string | null;
  readonly maxAlerts: number;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
}
