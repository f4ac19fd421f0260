import type { HttpConfig } from './http-config-schema.ts';
import { loadTlsConfig } from './load-tls-config.ts';

/** An entry's http_config, or the global one, with the paths in it made absolute. */
export function loadHttpConfig(
  own: HttpConfig | null | undefined,
  global: HttpConfig | null | undefined,
  resolve: (path: string) => string,
): HttpConfig | null {
  const config = own ?? global;
  if (!config) return null;
  const file = (path: string | null | undefined) => (path ? resolve(path) : path);
  const { basic_auth, authorization, http_headers, oauth2 } = config;
  const headers = Object.entries(http_headers ?? {}).map(
    ([name, value]) => [name, { ...value, files: value.files?.map(resolve) }] as const,
  );
  return {
    ...config,
    bearer_token_file: file(config.bearer_token_file),
    basic_auth: basic_auth && {
      ...basic_auth,
      username_file: file(basic_auth.username_file),
      password_file: file(basic_auth.password_file),
    },
    authorization: authorization && {
      ...authorization,
      credentials_file: file(authorization.credentials_file),
    },
    oauth2: oauth2 && {
      ...oauth2,
      client_secret_file: file(oauth2.client_secret_file),
      client_certificate_key_file: file(oauth2.client_certificate_key_file),
      tls_config: loadTlsConfig(oauth2.tls_config, resolve),
    },
    tls_config: loadTlsConfig(config.tls_config, resolve),
    http_headers: http_headers && Object.fromEntries(headers),
  };
}
