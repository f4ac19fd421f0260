import type { TlsConfig } from './tls-config-schema.ts';

/** A tls_config with the paths in it made absolute. */
export function loadTlsConfig(
  config: TlsConfig | null | undefined,
  resolve: (path: string) => string,
): TlsConfig | null {
  if (!config) return null;
  const file = (path: string | null | undefined) => (path ? resolve(path) : path);
  return {
    ...config,
    ca_file: file(config.ca_file),
    cert_file: file(config.cert_file),
    key_file: file(config.key_file),
  };
}
