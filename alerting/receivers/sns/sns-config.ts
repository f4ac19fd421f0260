import type { HttpConfig } from '../http-config-schema.ts';
import type { SnsSource } from './sns-schema.ts';

/** An entry of sns_configs with the global settings merged in. */
export interface SnsConfig {
  readonly kind: 'sns';
  readonly sendResolved: boolean;
  readonly apiUrl: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly http: HttpConfig | null;
  readonly message: SnsSource;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that were lent. */
  readonly sessionToken: string | null;
}
