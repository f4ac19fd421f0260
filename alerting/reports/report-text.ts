import { escapeText } from '@tocsin/chart/svg/escape-text.ts';
import { formatDuration } from '@tocsin/chart/units/format.ts';
import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { QualityReport, RuleQuality } from '../quality/quality-report.ts';

/** What a report says, in words; its images are named by their ids. */
export interface ReportContent {
  readonly title: string;
  readonly period: string;
  readonly quality: QualityReport;
  readonly images: readonly { readonly id: string; readonly title: string }[];
  /** What could not be drawn. */
  readonly missing: readonly string[];
  readonly externalUrl: string;
}

interface Section {
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** In place of an empty table. */
  readonly empty: string;
}

const ROWS_MAX = 30;
const TEXT_MAX = 200;

export function reportText(content: ReportContent): string {
  const parts = sectionsOf(content.quality).map(({ head, columns, rows, empty }) => {
    const lines = rows
      .slice(0, ROWS_MAX)
      .map((row) => `  ${row.map((cell, i) => `${columns[i]}: ${cell}`).join(', ')}`);
    const rest = rows.length > ROWS_MAX ? [`  and ${rows.length - ROWS_MAX} more`] : [];
    return [`${head}`, ...(rows.length === 0 ? [`  ${empty}`] : lines), ...rest].join('\n');
  });
  return [
    `${content.title}: ${content.period}`,
    ...parts,
    ...notesOf(content),
    `-- \nSent by Tocsin: ${content.externalUrl}`,
  ].join('\n\n');
}

export function reportHtml(content: ReportContent): string {
  const text = (value: string) => escapeText(value);
  const cell = 'style="padding:3px 12px 3px 0;text-align:left;vertical-align:top;word-break:break-word"';
  const tables = sectionsOf(content.quality).map(({ head, columns, rows, empty }) => {
    const body = rows
      .slice(0, ROWS_MAX)
      .map((row) => `<tr>${row.map((each) => `<td ${cell}>${text(each)}</td>`).join('')}</tr>`);
    const rest = rows.length > ROWS_MAX ? `<p>and ${rows.length - ROWS_MAX} more</p>` : '';
    const table =
      rows.length === 0
        ? `<p>${text(empty)}</p>`
        : `<table style="border-collapse:collapse;font-size:13px"><tr>${columns.map((name) => `<th ${cell}>${text(name)}</th>`).join('')}</tr>${body.join('')}</table>${rest}`;
    return `<h2 style="font-size:16px;margin:18px 0 6px">${text(head)}</h2>${table}`;
  });
  const images = content.images.map(
    ({ id, title }) =>
      `<p><img src="cid:${text(id)}" width="600" alt="${text(title)}" style="display:block;width:100%;max-width:600px;height:auto;border:0"></p>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(content.title)}</title></head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1c2430;font:15px/1.45 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">
<div style="max-width:640px;margin:0 auto;background:#fff;border:1px solid #dde1e7;border-radius:8px;padding:14px 18px">
<h1 style="font-size:19px;margin:0">${text(content.title)}</h1>
<p style="margin:2px 0 12px;color:#6b7685">${text(content.period)}</p>
${images.join('\n')}
${tables.join('\n')}
${notesOf(content)
  .map((note) => `<p>${text(note)}</p>`)
  .join('\n')}
<p style="color:#6b7685;font-size:12px">Sent by Tocsin &middot; <a style="color:#6b7685" href="${text(content.externalUrl)}">open the page</a></p>
</div>
</body>
</html>
`;
}

function sectionsOf({ rules, receivers }: QualityReport): readonly Section[] {
  const fired = rules.filter((rule) => rule.fired > 0 || rule.dropped > 0);
  const flapping = rules.flatMap((rule) => rule.flapping);
  const dead = rules.filter(({ neverMatched }) => neverMatched.length > 0);
  return [
    {
      head: 'What fired',
      columns: ['rule', 'fired', 'only pending', 'in all', 'half of them shorter than'],
      rows: fired.map((rule) => [
        short(rule.name),
        String(rule.fired),
        String(rule.dropped),
        formatDuration(rule.firingSeconds),
        medianText(rule),
      ]),
      empty: 'No alert.',
    },
    {
      head: 'Who was told',
      columns: ['receiver', 'messages', 'failed', 'at night', 'nights disturbed'],
      rows: receivers.map((each) => [
        short(each.name),
        String(each.messages),
        String(each.failed),
        String(each.atNight),
        `${each.nightsDisturbed} of ${each.nights}`,
      ]),
      empty: 'There is no receiver.',
    },
    {
      head: 'Flapping',
      columns: ['alert', 'fired within six hours'],
      rows: flapping.map(({ labels, fired: times }) => [
        short(formatLabels(labelsFromObject(labels))),
        String(times),
      ]),
      empty: 'Nothing.',
    },
    {
      head: 'Rules that can never fire: no series of the last 30 days fits',
      columns: ['rule', 'selector'],
      rows: dead.map(({ name, neverMatched }) => [short(name), short(neverMatched.join('  '))]),
      empty: 'None.',
    },
  ];
}

function medianText({ medianSeconds }: RuleQuality): string {
  return medianSeconds === null ? '–' : formatDuration(medianSeconds);
}

function notesOf({ quality, missing }: ReportContent): readonly string[] {
  return [
    ...(quality.problem === null ? [] : [quality.problem]),
    ...missing.map((title) => `Not drawn: ${title}`),
  ].map(short);
}

function short(text: string): string {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return plain.length > TEXT_MAX ? `${plain.slice(0, TEXT_MAX)}…` : plain;
}
