import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpTls } from '@tocsin/runtime/http/client.ts';
import { readText } from '../files/read-text.ts';
import type { TlsConfig } from './tls-config-schema.ts';

const VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** What a connection is made with for a tls_config, certificates read from their files now. */
export async function tlsOptions(config: TlsConfig, disk: Pick<Disk, 'readFile' | 'size'>): Promise<HttpTls> {
  const pem = async (inline: string | null | undefined, file: string | null | undefined) =>
    inline ?? (file ? await readText(disk, file) : undefined);
  return {
    ca: await pem(config.ca, config.ca_file),
    cert: await pem(config.cert, config.cert_file),
    key: await pem(config.key, config.key_file),
    servername: config.server_name ?? undefined,
    rejectUnauthorized: !config.insecure_skip_verify,
    minVersion: config.min_version ? VERSIONS[config.min_version] : undefined,
    maxVersion: config.max_version ? VERSIONS[config.max_version] : undefined,
  };
}
