import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

/** An entry of pagerduty_configs with the global settings merged in. */
export interface PagerdutyConfig {
  readonly kind: 'pagerduty';
  readonly sendResolved: boolean;
  readonly url: string;
  /** Of PagerDuty's Events API. */
  readonly version: 1 | 2;
  /** A routing key or, for version 1, a service key. */
  readonly key: Secret;
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
  readonly event: PagerdutySource;
}
