import { z } from 'zod';
import { text, textMap } from '../routing/text-schema.ts';
import { httpUrl } from './http-url.ts';
import { PROXY_KEYS, proxyProblem } from './proxy-config-schema.ts';
import { TLS_CONFIG_SCHEMA } from './tls-config-schema.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Alertmanager's oauth2: a token by client credentials (RFC 6749, 4.4). */
export const OAUTH2_SCHEMA = z
  .strictObject({
    client_id: text.nullish(),
    client_secret: text.nullish(),
    client_secret_file: text.nullish(),
    scopes: z.array(text).nullish(),
    token_url: httpUrl.nullish(),
    /** Further fields of the request for a token. */
    endpoint_params: textMap.nullish(),
    grant_type: text
      .refine((grant) => grant !== JWT_BEARER, {
        message: 'tokens by JWT are not asked for; use client_credentials',
      })
      .nullish(),
    tls_config: TLS_CONFIG_SCHEMA.nullish(),
    ...PROXY_KEYS,
  })
  .superRefine((oauth2, context) => {
    const problem =
      (!oauth2.client_id && 'client_id is missing') ||
      (!oauth2.token_url && 'token_url is missing') ||
      (oauth2.client_secret &&
        oauth2.client_secret_file &&
        'set one of client_secret and client_secret_file') ||
      proxyProblem(oauth2);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

export type Oauth2Config = z.output<typeof OAUTH2_SCHEMA>;
