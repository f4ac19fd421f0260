import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { readSecret } from '../../files/read-secret.ts';
import { type GraphRequest, graphRequests, storedGraphRequests } from '../../graph/graph-request.ts';
import type { IntegrationDeps } from '../create-integration.ts';
import { type Integration, type MessageKey, type RenderedMessage, SendError } from '../integration.ts';
import type { Notification } from '../notification.ts';
import { createRenderer } from '../renderer.ts';
import type { EmailConfig } from './email-config.ts';
import { illustrate, storedImages } from './mail-graphs.ts';
import { reportMessage } from './report-message.ts';
import { smtpOptions } from './smtp-options.ts';
import { threadHeaders } from './thread-headers.ts';

const SUBJECT = '{{ template "__subject" . }}';
const TEXT = '{{ template "email.default.text" . }}';
const HTML = '{{ template "email.default.html" . }}';

const NO_REQUESTS: ReadonlyMap<string, GraphRequest> = new Map();

/** Sends mail through the configured SMTP server. nodemailer is loaded at the first send: most processes wait long for it. */
export function createEmail(
  config: EmailConfig,
  templates: TemplateSet,
  { disk, graphs }: Pick<IntegrationDeps, 'disk' | 'graphs'>,
): Integration {
  return {
    kind: 'email',
    sendResolved: config.sendResolved,
    cannotSend:
      config.smarthost === null
        ? 'No SMTP server is configured: set smtp_smarthost and smtp_from under global in alertmanager.yml.'
        : null,
    render: (notification) => render(config, templates, notification),
    report: (mail) => reportMessage(config, templates, mail),
    async send(message, key, signal) {
      const { createTransport } = await import('nodemailer');
      const password = await readSecret(disk, config.passwordFile, config.password);
      const secret = await readSecret(disk, config.secretFile, config.secret);
      const transport = createTransport(await smtpOptions(config, { password, secret }, disk));
      try {
        const mail = mailOf(message, key);
        const illustrated = await illustrate(mail.html, mail.graphs, graphs, signal);
        const info = await transport.sendMail({
          ...mail.content,
          html: illustrated.html || undefined,
          attachments: [...illustrated.attachments, ...mail.images],
          signal,
        });
        return String(info.response ?? 'accepted');
      } catch (error) {
        throw toSendError(error);
      } finally {
        transport.close();
      }
    },
  };
}

function render(config: EmailConfig, templates: TemplateSet, notification: Notification): RenderedMessage {
  const requests = config.graphs && config.html !== '' ? graphRequests(notification) : NO_REQUESTS;
  const ids = new Map([...requests].map(([fingerprint, { id }]) => [fingerprint, id]));
  const renderer = createRenderer(templates, notification, ids);
  const headers: Record<string, string> = {};
  let subjectTemplate = SUBJECT;
  for (const [name, template] of Object.entries(config.headers)) {
    if (name.toLowerCase() === 'subject') subjectTemplate = template;
    else headers[name] = oneLine(renderer.text(template, ''));
  }
  const subject = oneLine(renderer.text(subjectTemplate, SUBJECT));
  const text = config.text === '' ? '' : renderer.text(config.text, TEXT);
  const html = config.html === '' ? '' : renderer.html(config.html, HTML);
  Object.assign(headers, threadHeaders(config.threads, notification));
  const payload = {
    to: renderer.text(config.to, ''),
    from: renderer.text(config.from, ''),
    subject,
    text,
    html,
    headers,
    dateMs: notification.timeMs,
    graphs: [...requests.values()],
  };
  return { subject, text, payload, problem: renderer.problem };
}

/** A line end in a header would begin another header. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}

function mailOf(message: RenderedMessage, key: MessageKey) {
  const payload = message.payload;
  if (payload === null || typeof payload !== 'object' || !('to' in payload)) {
    throw new SendError('Cannot send a mail that was stored without an address', false);
  }
  const text = (name: string) => String(Reflect.get(payload, name) ?? '');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(Reflect.get(payload, 'headers') ?? {}))
    headers[name] = String(value);
  const content = {
    to: headers['To'] ?? text('to'),
    from: headers['From'] ?? text('from'),
    // Whom the server is told is the receiver's address, whatever the headers show.
    envelope: { from: text('from'), to: text('to') },
    subject: text('subject'),
    text: text('text') || undefined,
    headers,
    messageId: `<${key.messageId}@tocsin>`,
    date: new Date(Number(Reflect.get(payload, 'dateMs'))),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return {
    content,
    html: text('html'),
    graphs: storedGraphRequests(Reflect.get(payload, 'graphs')),
    images: storedImages(Reflect.get(payload, 'images')),
  };
}

/** 5xx is the server's last word on this mail (RFC 5321, 4.2.1); everything else may pass. A refused login may be repaired. */
function toSendError(error: unknown): SendError {
  const message = error instanceof Error ? error.message : String(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'responseCode') : undefined;
  const kind: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const permanent = typeof code === 'number' && code >= 500 && kind !== 'EAUTH' && kind !== 'ETLS';
  return new SendError(message, !permanent, error);
}
