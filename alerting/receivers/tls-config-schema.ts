import { z } from 'zod';
import { text } from '../routing/text-schema.ts';

const version = z.enum(['TLS10', 'TLS11', 'TLS12', 'TLS13']);

/** Alertmanager's tls_config, of mail and of http_config. */
export const TLS_CONFIG_SCHEMA = z
  .strictObject({
    ca: text.nullish(),
    ca_file: text.nullish(),
    cert: text.nullish(),
    cert_file: text.nullish(),
    key: text.nullish(),
    key_file: text.nullish(),
    server_name: text.nullish(),
    insecure_skip_verify: z.boolean().nullish(),
    min_version: version.nullish(),
    max_version: version.nullish(),
  })
  .refine(({ ca, ca_file }) => !(ca && ca_file), { message: 'set one of ca and ca_file' })
  .refine(({ cert, cert_file }) => !(cert && cert_file), { message: 'set one of cert and cert_file' })
  .refine(({ key, key_file }) => !(key && key_file), { message: 'set one of key and key_file' })
  .refine((tls) => Boolean(tls.cert || tls.cert_file) === Boolean(tls.key || tls.key_file), {
    message: 'a client certificate takes both cert and key (or their files)',
  });

export type TlsConfig = z.output<typeof TLS_CONFIG_SCHEMA>;
