import { z } from 'zod';
import { text, textMap } from '../../routing/text-schema.ts';
import { TLS_CONFIG_SCHEMA } from '../tls-config-schema.ts';

const hostPort = text.refine((value) => /^(?:\[[^\]]+\]|[^:\s]*):\d{1,5}$/.test(value), {
  message: 'write it as host:port',
});

export const SMTP_DEFAULTS_SCHEMA = {
  smtp_from: text.nullish(),
  smtp_hello: text.nullish(),
  smtp_smarthost: hostPort.nullish(),
  smtp_auth_username: text.nullish(),
  smtp_auth_password: text.nullish(),
  smtp_auth_password_file: text.nullish(),
  smtp_auth_secret: text.nullish(),
  smtp_auth_secret_file: text.nullish(),
  smtp_auth_identity: text.nullish(),
  smtp_require_tls: z.boolean().nullish(),
  smtp_force_implicit_tls: z.boolean().nullish(),
  smtp_tls_config: TLS_CONFIG_SCHEMA.nullish(),
};

export const EMAIL_SCHEMA = z.strictObject({
  send_resolved: z.boolean().nullish(),
  to: text,
  from: text.nullish(),
  hello: text.nullish(),
  smarthost: hostPort.nullish(),
  auth_username: text.nullish(),
  auth_password: text.nullish(),
  auth_password_file: text.nullish(),
  auth_secret: text.nullish(),
  auth_secret_file: text.nullish(),
  auth_identity: text.nullish(),
  headers: textMap.nullish(),
  html: text.nullish(),
  text: text.nullish(),
  require_tls: z.boolean().nullish(),
  force_implicit_tls: z.boolean().nullish(),
  tls_config: TLS_CONFIG_SCHEMA.nullish(),
  graphs: z.boolean().nullish(),
  threading: z
    .strictObject({ enabled: z.boolean().nullish(), thread_by_date: z.enum(['none', 'daily']).nullish() })
    .nullish(),
});

export type EmailSource = z.output<typeof EMAIL_SCHEMA>;
export type SmtpDefaults = z.output<z.ZodObject<typeof SMTP_DEFAULTS_SCHEMA>>;
