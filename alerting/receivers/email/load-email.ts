import { loadTlsConfig } from '../load-tls-config.ts';
import type { EmailConfig } from './email-config.ts';
import type { EmailSource, SmtpDefaults } from './email-schema.ts';

const HTML = '{{ template "email.default.html" . }}';
const TEXT = '{{ template "email.default.text" . }}';

/** An entry of email_configs over the global settings. `resolve` makes a path absolute. */
export function loadEmail(
  source: EmailSource,
  global: SmtpDefaults,
  resolve: (path: string) => string,
): EmailConfig {
  const passwordFile =
    source.auth_password_file ?? (source.auth_password ? null : global.smtp_auth_password_file);
  const secretFile = source.auth_secret_file ?? (source.auth_secret ? null : global.smtp_auth_secret_file);
  const threading = source.threading;
  return {
    kind: 'email',
    sendResolved: source.send_resolved ?? false,
    to: source.to,
    from: source.from ?? global.smtp_from ?? '',
    hello: source.hello ?? global.smtp_hello ?? 'localhost',
    smarthost: parseSmarthost(source.smarthost ?? global.smtp_smarthost ?? null),
    username: source.auth_username ?? global.smtp_auth_username ?? '',
    password: source.auth_password ?? global.smtp_auth_password ?? '',
    passwordFile: passwordFile ? resolve(passwordFile) : null,
    secret: source.auth_secret ?? global.smtp_auth_secret ?? '',
    secretFile: secretFile ? resolve(secretFile) : null,
    identity: source.auth_identity ?? global.smtp_auth_identity ?? '',
    requireTls: source.require_tls ?? global.smtp_require_tls ?? true,
    implicitTls: source.force_implicit_tls ?? global.smtp_force_implicit_tls ?? null,
    tls: loadTlsConfig(source.tls_config ?? global.smtp_tls_config, resolve),
    headers: source.headers ?? {},
    html: source.html ?? HTML,
    text: source.text ?? TEXT,
    graphs: source.graphs ?? true,
    threads: threading?.enabled ? (threading.thread_by_date === 'daily' ? 'daily' : 'group') : 'off',
  };
}

function parseSmarthost(text: string | null): EmailConfig['smarthost'] {
  if (text === null) return null;
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(text.slice(colon + 1)),
  };
}
