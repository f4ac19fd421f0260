import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.ts';

/** A real SMTP server that keeps what it is sent. */
export interface Mailbox {
  readonly port: number;
  /** All mails so far, oldest first. */
  readonly mails: readonly Email[];
  /** The first mail that fits, once it is there. */
  awaitMail(what: string, fits: (mail: Email) => boolean, limitMs?: number): Promise<Email>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, accept) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then(
          (mail) => {
            mails.push(mail);
            accept();
          },
          (error: Error) => accept(error),
        );
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    awaitMail: (what, fits, limitMs) => eventually(`a mail: ${what}`, async () => mails.find(fits), limitMs),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
