import { z } from 'zod';
import { text } from '../routing/text-schema.ts';
import { OAUTH2_SCHEMA } from './oauth2-schema.ts';
import { isHeaderName, PROXY_KEYS, proxyProblem } from './proxy-config-schema.ts';
import { TLS_CONFIG_SCHEMA } from './tls-config-schema.ts';

// What requests are made of; Alertmanager refuses these of http_headers too.
const RESERVED_HEADERS = new Set([
  ...['authorization', 'host', 'content-encoding', 'content-length', 'content-type', 'user-agent'],
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'www-authenticate'],
  ...['accept-encoding', 'x-prometheus-remote-write-version', 'x-prometheus-remote-read-version'],
  'x-prometheus-scrape-timeout-seconds',
]);

const KEYS = z.strictObject({
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
  oauth2: OAUTH2_SCHEMA.nullish(),
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
  ...PROXY_KEYS,
  follow_redirects: z.boolean().nullish(),
  /** Taken and without effect: every provider also speaks HTTP/1.1. */
  enable_http2: z.boolean().nullish(),
  /** Ours: receivers at link-local and metadata addresses are refused without it. */
  allow_link_local: z.boolean().nullish(),
});

/** Alertmanager's http_config. */
export const HTTP_CONFIG_SCHEMA = KEYS.superRefine((config, context) => {
  const problem = authProblem(config) ?? proxyProblem(config) ?? headerProblem(config);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

export type HttpConfig = z.output<typeof KEYS>;

/** One way to say who asks, in one place. */
function authProblem(config: HttpConfig): string | null {
  const { basic_auth, authorization, oauth2, bearer_token, bearer_token_file } = config;
  const ways = [
    basic_auth && 'basic_auth',
    authorization && 'authorization',
    oauth2 && 'oauth2',
    bearer_token && 'bearer_token',
    bearer_token_file && 'bearer_token_file',
  ].filter((way) => typeof way === 'string' && way !== '');
  if (ways.length > 1) return `set one of ${ways.join(' and ')}`;
  if (basic_auth?.username && basic_auth.username_file) return 'set one of username and username_file';
  if (basic_auth?.password && basic_auth.password_file) return 'set one of password and password_file';
  if (authorization?.credentials && authorization.credentials_file)
    return 'set one of credentials and credentials_file';
  if (authorization?.type?.trim().toLowerCase() === 'basic')
    return 'the type of an authorization may not be Basic; use basic_auth';
  return null;
}

function headerProblem({ http_headers }: HttpConfig): string | null {
  for (const name of Object.keys(http_headers ?? {})) {
    if (!isHeaderName(name)) return `${JSON.stringify(name)} is not the name of a header`;
    if (RESERVED_HEADERS.has(name.toLowerCase())) return `http_headers may not set ${name}`;
  }
  return null;
}
