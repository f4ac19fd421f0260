import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { z } from 'zod';
import { type Command, UsageError } from '../command.ts';
import { askAlerting } from '../terminal/ask.ts';
import { formatTable } from '../terminal/table.ts';

const REPORT = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  labels: z.record(z.string(), z.string()),
  writtenMs: z.number().nullable(),
  firedMs: z.number().nullable(),
  messages: z.array(
    z.object({
      receiver: z.string(),
      integration: z.string(),
      outcome: z.string(),
      routedMs: z.number(),
      answeredMs: z.number().nullable(),
      detail: z.string(),
    }),
  ),
  problems: z.array(z.string()),
  totalMs: z.number().nullable(),
});
const ANSWER = z.object({ data: REPORT });
type Report = z.output<typeof REPORT>;

const POLL_MS = 500;

export const drill: Command = {
  name: 'drill',
  summary: 'send a test alert the whole way, from a sample to the answers of receivers, and time it',
  positionals: '[LABEL=VALUE...]',
  options: [
    { name: 'config', value: 'FILE', help: 'configuration (default ./tocsin.yaml, which may be missing)' },
    { name: 'url', value: 'URL', help: 'the server to ask (default: alerting of the configuration)' },
    { name: 'timeout', value: 'DURATION', help: 'give up after this (default 5m)' },
    { name: 'format', value: 'text|json', help: 'default: text' },
  ],
  notes:
    'Labels choose the route, as severity=critical; real receivers are told, marked with [TEST], and told that it is over.\nExit status: 0 everybody answered, 1 somebody was not reached.',
  async run(input) {
    const format = input.option('format') ?? 'text';
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`--format: "${format}" is none of text, json`);
    const labels = Object.fromEntries(input.positionals.map(labelOf));
    const timeout = input.option('timeout');
    const begun = await askAlerting(input, '/api/tocsin/v1/drills', {
      labels,
      ...(timeout !== undefined && { timeout }),
    });
    let answer: unknown = begun;
    let report = ANSWER.parse(begun).data;
    while (report.state === 'running') {
      await systemClock.sleep(POLL_MS);
      answer = await askAlerting(input, `/api/tocsin/v1/drills/${report.id}`);
      report = ANSWER.parse(answer).data;
    }
    input.out.write(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : describe(report));
    return report.state === 'done' ? 0 : 1;
  },
};

function labelOf(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  if (equals < 1) throw new UsageError(`"${word}" is no label; write it as severity=critical`);
  return [word.slice(0, equals), word.slice(equals + 1)];
}

function describe(report: Report): string {
  const rows = [
    ['sample written', ms(report.writtenMs), ''],
    ['alert fired', ms(report.firedMs), ''],
    ...report.messages.flatMap(({ receiver, integration, outcome, routedMs, answeredMs, detail }) => [
      [`${receiver} ${integration}: routed`, ms(routedMs), ''],
      [`${receiver} ${integration}: ${outcome}`, ms(answeredMs), detail],
    ]),
  ];
  return [
    `${plain(formatLabels(labelsFromObject(report.labels)))}\n`,
    formatTable(
      ['stage', 'after', 'answer'],
      rows.map((row) => row.map(plain)),
      new Set([1]),
    ),
    ...report.problems.map((problem) => `${plain(problem)}\n`),
  ].join('');
}

function ms(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} ms`;
}

/** Control characters of an answer must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
