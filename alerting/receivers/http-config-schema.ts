import { z } from 'zod';
import { text } from '../routing/text-schema.ts';
import { TLS_CONFIG_SCHEMA } from './tls-config-schema.ts';

/** The part of Alertmanager's http_config that is honoured; its other keys are refused by the strict object. */
export const HTTP_CONFIG_SCHEMA = z.strictObject({
  basic_auth: z
    .strictObject({
      username: text.nullish(),
      username_file: text.nullish(),
      password: text.nullish(),
      password_file: text.nullish(),
    })
    .nullish(),
  authorization: z
    .strictObject({ type: text.nullish(), credentials: text.nullish(), credentials_file: text.nullish() })
    .nullish(),
  bearer_token: text.nullish(),
  bearer_token_file: text.nullish(),
  http_headers: z
    .record(
      z.string(),
      z.strictObject({
        values: z.array(text).nullish(),
        secrets: z.array(text).nullish(),
        files: z.array(text).nullish(),
      }),
    )
    .nullish(),
  tls_config: TLS_CONFIG_SCHEMA.nullish(),
  follow_redirects: z.boolean().nullish(),
  enable_http2: z.boolean().nullish(),
  /** Ours: receivers at link-local and metadata addresses are refused without it. */
  allow_link_local: z.boolean().nullish(),
});

export type HttpConfig = z.output<typeof HTTP_CONFIG_SCHEMA>;
