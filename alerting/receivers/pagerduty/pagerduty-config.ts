import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

/** An entry of pagerduty_configs with the global settings merged in. */
export interface PagerdutyConfig {
  readonly kind: 'pagerduty';
  readonly sendResolved: boolean;
  readonly url: string;
  readonly routingKey: Secret;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
  readonly event: PagerdutySource;
}
