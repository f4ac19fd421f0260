import { NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { RenderedMessage, ReportMail } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import type { EmailConfig } from './email-config.ts';

/** A report as a mail of this receiver: its address and sender, but none of its templates and headers. */
export function reportMessage(
  config: EmailConfig,
  templates: TemplateSet,
  mail: ReportMail,
): RenderedMessage {
  const { receiver, subject, text, html, images, timeMs } = mail;
  const renderer = createRenderer(templates, {
    receiver,
    groupKey: '',
    groupLabels: NO_LABELS,
    status: 'resolved',
    alerts: [],
    externalUrl: '',
    timeMs,
    reason: 'report',
  });
  const payload = {
    to: renderer.text(config.to, ''),
    from: renderer.text(config.from, ''),
    subject,
    text,
    html,
    headers: {},
    dateMs: timeMs,
    images: images.map(({ id, title, png }) => ({ id, title, png: Buffer.from(png).toString('base64') })),
  };
  return { subject, text, payload, problem: renderer.problem };
}
