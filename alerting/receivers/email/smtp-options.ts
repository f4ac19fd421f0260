import type { Disk } from '@tocsin/runtime/disk.ts';
import { ALERTING_LIMITS } from '../../limits.ts';
import { SendError } from '../integration.ts';
import { tlsOptions } from '../tls-options.ts';
import type { EmailConfig } from './email-config.ts';

const IMPLICIT_TLS_PORT = 465;

interface Secrets {
  readonly password: string;
  readonly secret: string;
}

/**
 * nodemailer's options for a receiver. As in Alertmanager: CRAM-MD5 when there is a secret, else PLAIN or LOGIN,
 * whichever the server offers; STARTTLS required unless `require_tls: false`.
 */
export async function smtpOptions(
  config: EmailConfig,
  secrets: Secrets,
  disk: Pick<Disk, 'readFile' | 'size'>,
) {
  if (config.smarthost === null) throw new SendError('No SMTP server is configured', false);
  const { host, port } = config.smarthost;
  const secure = config.implicitTls ?? port === IMPLICIT_TLS_PORT;
  return {
    host,
    port,
    secure,
    name: config.hello,
    requireTLS: !secure && config.requireTls,
    // As in Alertmanager: without require_tls the connection stays plain also where the server offers TLS.
    ignoreTLS: !secure && !config.requireTls,
    connectionTimeout: ALERTING_LIMITS.smtpGreetingTimeoutMs,
    greetingTimeout: ALERTING_LIMITS.smtpGreetingTimeoutMs,
    socketTimeout: ALERTING_LIMITS.sendTimeoutMs,
    socketCloseTimeout: 1_000,
    ...authOf(config, secrets),
    tls: await tlsOptions(config.tls ?? {}, disk),
  };
}

function authOf(config: EmailConfig, { password, secret }: Secrets) {
  if (config.username === '') return {};
  if (secret !== '') return { auth: { user: config.username, pass: secret, method: 'CRAM-MD5' } };
  if (password === '')
    throw new SendError(`The mail server needs a password for ${config.username}: set auth_password`, true);
  return { auth: { user: config.username, pass: password } };
}
