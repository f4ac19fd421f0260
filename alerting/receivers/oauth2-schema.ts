import { z } from 'zod';
import { text, textMap } from '../routing/text-schema.ts';
import { httpUrl } from './http-url.ts';
import { PROXY_KEYS, proxyProblem } from './proxy-config-schema.ts';
import { TLS_CONFIG_SCHEMA } from './tls-config-schema.ts';

/** Alertmanager's oauth2: a token by client credentials (RFC 6749, 4.4) or by a signed statement (RFC 7523, 2.1). */
export const OAUTH2_SCHEMA = z
  .strictObject({
    client_id: text.nullish(),
    client_secret: text.nullish(),
    client_secret_file: text.nullish(),
    scopes: z.array(text).nullish(),
    token_url: httpUrl.nullish(),
    /** Further fields of the request for a token. */
    endpoint_params: textMap.nullish(),
    /** That of RFC 7523 takes the keys up to claims; anything else is client credentials. */
    grant_type: text.nullish(),
    /** An RSA key in PEM. */
    client_certificate_key: text.nullish(),
    client_certificate_key_file: text.nullish(),
    client_certificate_key_id: text.nullish(),
    signature_algorithm: z
      .enum(['RS256', 'RS384', 'RS512'], { error: 'must be RS256, RS384 or RS512' })
      .nullish(),
    /** The client's id unless it says so. */
    iss: text.nullish(),
    /** The token's URL unless it says so. */
    audience: text.nullish(),
    /** Further claims; they win over the usual ones. */
    claims: z.record(z.string(), z.json()).nullish(),
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
      (oauth2.client_certificate_key &&
        oauth2.client_certificate_key_file &&
        'set one of client_certificate_key and client_certificate_key_file') ||
      proxyProblem(oauth2);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

export type Oauth2Config = z.output<typeof OAUTH2_SCHEMA>;
