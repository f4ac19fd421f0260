import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { z } from 'zod';
import { type Command, UsageError } from '../command.ts';
import { ask } from '../terminal/ask.ts';

const labelMap = z.record(z.string(), z.string());
const nextRound = z.object({ notifies: z.boolean(), reason: z.string() });
const alertSchema = z.object({
  fingerprint: z.string(),
  labels: labelMap,
  state: z.string(),
  rule: z
    .object({
      name: z.string(),
      file: z.string(),
      line: z.number(),
      expression: z.string(),
      lastError: z.string(),
    })
    .nullable(),
  steps: z.array(z.object({ at: z.string(), stage: z.string(), text: z.string() })),
  now: z.object({
    silencedBy: z.array(z.object({ id: z.string(), createdBy: z.string(), comment: z.string() })),
    inhibitedBy: z.object({ rule: z.string(), labels: labelMap }).nullable(),
    routes: z.array(
      z.object({
        id: z.string(),
        receiver: z.string(),
        group: z.string(),
        nextRoundAt: z.string().nullable(),
        muted: z.object({ reason: z.string() }).nullable(),
        integrations: z.array(z.object({ name: z.string(), cannotSend: z.string().nullable(), nextRound })),
      }),
    ),
  }),
});
const answerSchema = z.object({ data: z.object({ alerts: z.array(alertSchema), omitted: z.number() }) });
type Alert = z.output<typeof alertSchema>;

export const why: Command = {
  name: 'why',
  summary: 'why an alert was notified, or was not: from samples to the answer of the provider',
  positionals: 'ALERT [MATCHER...]',
  options: [
    { name: 'config', value: 'FILE', help: 'configuration (default ./tocsin.yaml, which may be missing)' },
    { name: 'url', value: 'URL', help: 'the server to ask (default: alerting of the configuration)' },
    { name: 'format', value: 'text|json', help: 'default: text' },
  ],
  notes:
    'ALERT is the name of an alert or its fingerprint (16 hexadecimal digits); MATCHER narrows a name down, such as instance="a".',
  async run(input) {
    const [alert, ...matchers] = input.positionals;
    if (alert === undefined) throw new UsageError('name an alert; see tocsin why --help');
    const format = input.option('format') ?? 'text';
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`--format: "${format}" is none of text, json`);
    const isFingerprint = /^[0-9a-f]{16}$/.test(alert);
    const parameters = new URLSearchParams([
      [isFingerprint ? 'fingerprint' : 'alertname', alert],
      ...matchers.map((matcher): [string, string] => ['filter', matcher]),
    ]);
    const answer = await ask(input, '/api/tocsin/v1/why', parameters, 'alerting');
    if (format === 'json') {
      input.out.write(`${JSON.stringify(answer, null, 2)}\n`);
      return 0;
    }
    const { alerts, omitted } = answerSchema.parse(answer).data;
    input.out.write(alerts.map(describe).join('\n'));
    if (omitted > 0) input.out.complain(`${omitted} further alerts match; narrow them down by a matcher\n`);
    return 0;
  },
};

function describe(alert: Alert): string {
  const lines = [
    `${plain(formatLabels(labelsFromObject(alert.labels)))} is ${alert.state}  (${alert.fingerprint})`,
  ];
  const { rule, now } = alert;
  if (rule) {
    lines.push(
      `  rule   ${rule.name}, ${rule.file}:${rule.line}: ${rule.expression.trim().replace(/\s+/g, ' ')}`,
    );
    if (rule.lastError !== '') lines.push(`         its last evaluation failed: ${rule.lastError}`);
  }
  for (const step of alert.steps) lines.push(`  ${step.at}  ${step.stage.padEnd(10)}  ${step.text}`);
  for (const { id, createdBy, comment } of now.silencedBy)
    lines.push(`  now    silenced by ${id} of ${createdBy}: ${comment}`);
  if (now.inhibitedBy) {
    const source = formatLabels(labelsFromObject(now.inhibitedBy.labels));
    lines.push(`  now    inhibited by ${source} through inhibit rule ${now.inhibitedBy.rule}`);
  }
  for (const route of now.routes) lines.push(...routeLines(route));
  return `${lines.map(plain).join('\n')}\n`;
}

function routeLines(route: Alert['now']['routes'][number]): readonly string[] {
  const due =
    route.nextRoundAt === null ? 'no group is waiting' : `its group's next round is at ${route.nextRoundAt}`;
  const lines = [`  now    route ${route.id} to ${route.receiver}, group ${route.group}; ${due}`];
  if (route.muted) lines.push(`         muted: ${route.muted.reason}`);
  for (const { name, cannotSend, nextRound } of route.integrations) {
    const verdict = nextRound.notifies ? 'would notify' : 'would not notify';
    const trouble = cannotSend === null ? '' : `; it cannot send: ${cannotSend}`;
    lines.push(`         ${name} ${verdict}: ${nextRound.reason}${trouble}`);
  }
  return lines;
}

/** Control characters of a label or an answer must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
