import type { TlsConfig } from '../tls-config-schema.ts';

/** An entry of email_configs with the global SMTP settings merged in. */
export interface EmailConfig {
  readonly kind: 'email';
  readonly sendResolved: boolean;
  readonly to: string;
  readonly from: string;
  readonly hello: string;
  /** Null: nobody said where mail goes; what would be sent is kept and shown. */
  readonly smarthost: { readonly host: string; readonly port: number } | null;
  readonly username: string;
  readonly password: string;
  /** Absolute; read at each send. */
  readonly passwordFile: string | null;
  readonly secret: string;
  readonly secretFile: string | null;
  readonly identity: string;
  readonly requireTls: boolean;
  /** TLS from the first byte; null: on port 465. */
  readonly implicitTls: boolean | null;
  readonly tls: TlsConfig | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
  readonly text: string;
  /** Whether mails carry graphs of their alerts. */
  readonly graphs: boolean;
  readonly threads: 'off' | 'group' | 'daily';
}
