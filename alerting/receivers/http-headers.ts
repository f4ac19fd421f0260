import type { Disk } from '@tocsin/runtime/disk.ts';
import { readSecret } from '../files/read-secret.ts';
import type { HttpConfig } from './http-config-schema.ts';

/** The headers an http_config asks for, secrets read from their files now. */
export async function httpHeaders(
  config: HttpConfig | null,
  disk: Pick<Disk, 'readFile' | 'size'>,
): Promise<Readonly<Record<string, string>>> {
  if (!config) return {};
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.http_headers ?? {})) {
    const files = await Promise.all((value.files ?? []).map((file) => readSecret(disk, file, null)));
    headers[name.toLowerCase()] = [...(value.values ?? []), ...(value.secrets ?? []), ...files].join(', ');
  }
  const { basic_auth, authorization } = config;
  if (basic_auth) {
    const user = await readSecret(disk, basic_auth.username_file, basic_auth.username);
    const password = await readSecret(disk, basic_auth.password_file, basic_auth.password);
    headers['authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  } else if (authorization) {
    const credentials = await readSecret(disk, authorization.credentials_file, authorization.credentials);
    headers['authorization'] = `${authorization.type?.trim() || 'Bearer'} ${credentials}`;
  } else if (config.bearer_token || config.bearer_token_file) {
    headers['authorization'] =
      `Bearer ${await readSecret(disk, config.bearer_token_file, config.bearer_token)}`;
  }
  return headers;
}
