import { join, resolve } from 'node:path';
import type { BacktestReport, RuleReport } from '@tocsin/alerting/backtest/report.ts';
import { isTimeZone } from '@tocsin/alerting/history/is-time-zone.ts';
import { formatDuration } from '@tocsin/chart/units/format.ts';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { ruleFiles } from '../config/rule-files.ts';
import { partUrl } from '../parts/urls.ts';
import { ASK_OPTIONS } from '../terminal/ask.ts';
import { parseTime } from '../terminal/parse-time.ts';
import { formatTable } from '../terminal/table.ts';

export const backtest: Command = {
  name: 'backtest',
  summary: 'what rules and routes would have done with what is stored: alerts, messages, nights',
  positionals: '[RULEFILE...]',
  options: [
    ...ASK_OPTIONS,
    { name: 'from', value: 'TIME', help: 'from here (default -30d)' },
    { name: 'to', value: 'TIME', help: 'to here (default now)' },
    { name: 'step', value: 'DURATION', help: 'evaluate no more often than this (default: as the rules say)' },
    { name: 'routing', value: 'FILE', help: 'other routes than those of the configuration' },
    {
      name: 'time-zone',
      value: 'ZONE',
      help: 'in which nights are, as Europe/Berlin (default: of this machine)',
    },
    { name: 'format', value: 'table|json', help: 'default: table' },
  ],
  notes:
    'Without a RULEFILE, the rules of the configuration. The same state machine, routes and grouping as in force; silences are left out.\nTIME is now, -7d, Unix seconds, or a date such as 2026-01-31T12:00:00Z. Nights are from 22:00 to 07:00.',
  async run(input) {
    const format = input.option('format') ?? 'table';
    if (format !== 'table' && format !== 'json')
      throw new UsageError(`--format: "${format}" is none of table, json`);
    const config = loadConfig(input);
    const times = timesOf(input);
    const { runBacktestJob } = await import('@tocsin/alerting/backtest/backtest-job.ts');
    const http = createHttpClient({ token: config.token });
    try {
      const report = await runBacktestJob(
        { ...jobOf(input, config), ...times },
        {
          disk: systemDisk,
          http,
          random: systemRandom,
          signal: new AbortController().signal,
          ...(process.stderr.isTTY && format === 'table' && { onProgress: showProgress }),
        },
      );
      input.out.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
      return report.rules.some(({ error }) => error !== null) ? 1 : 0;
    } finally {
      http.close();
    }
  },
};

function jobOf(input: CommandInput, config: LoadedConfig) {
  const files = input.positionals.map((file) => (file.startsWith('pack:') ? file : resolve(file)));
  const own = files.length > 0;
  const routing = input.option('routing');
  const asked = input.option('url') ?? input.environment['TOCSIN_URL'] ?? partUrl(config, 'aggregator');
  return {
    ruleText: null,
    ruleFiles: own ? files : ruleFiles(config),
    storedRulesFolder: own ? null : join(config.dataDir, 'alerting', 'rules'),
    routingFile: routing === undefined ? config.resolve(config.values.routing) : resolve(routing),
    aggregatorUrl: asked.replace(/\/+$/, ''),
    externalUrl: config.values.external_url.replace(/\/+$/, ''),
    defaultIntervalMs: parseDurationMs(config.values.evaluation_interval) ?? 15_000,
  };
}

function timesOf(input: CommandInput) {
  const nowMs = systemClock.now();
  const fromMs = parseTime(input.option('from') ?? '-30d', nowMs, 'from');
  const toMs = parseTime(input.option('to') ?? 'now', nowMs, 'to');
  if (toMs <= fromMs) throw new UsageError('--to does not lie behind --from');
  const step = input.option('step');
  const stepMs = step === undefined ? null : parseDurationMs(step);
  if (step !== undefined && (stepMs === null || stepMs === 0))
    throw new UsageError(`--step: "${step}" is no duration, such as 1m`);
  const timeZone = input.option('time-zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isTimeZone(timeZone))
    throw new UsageError(`--time-zone: "${timeZone}" is none; write it as Europe/Berlin`);
  return { fromMs, toMs, stepMs, timeZone };
}

function showProgress(share: number): void {
  process.stderr.write(`\r${Math.round(share * 100)}% `);
}

function describe(report: BacktestReport): string {
  const { rules, receivers, warnings } = report;
  const ruleRows = [...rules]
    .sort((a, b) => b.fired - a.fired || b.dropped - a.dropped)
    .map((rule) => [
      plain(rule.name),
      String(rule.fired),
      String(rule.dropped),
      formatDuration(rule.firingSeconds),
      formatDuration(rule.longestSeconds),
      messagesText(rule),
    ]);
  const receiverRows = receivers.map((each) => [
    plain(each.name),
    String(each.messages),
    String(each.firing),
    String(each.repeats),
    String(each.atNight),
    `${each.nightsDisturbed} of ${each.nights}`,
  ]);
  const failed = rules.filter(({ error }) => error !== null);
  return [
    `${report.from} to ${report.to}, nights of ${report.timeZone}\n`,
    formatTable(
      ['rule', 'fired', 'only pending', 'in all', 'longest', 'messages'],
      ruleRows,
      new Set([1, 2, 3, 4]),
    ),
    formatTable(
      ['receiver', 'messages', 'of something firing', 'repeats', 'at night', 'nights disturbed'],
      receiverRows,
      new Set([1, 2, 3, 4, 5]),
    ),
    ...(warnings.length > 0 ? [warnings.map((text) => `note: ${plain(text)}\n`).join('')] : []),
    ...(failed.length > 0
      ? [failed.map(({ name, error }) => `${plain(`${name} could not be evaluated: ${error}`)}\n`).join('')]
      : []),
  ].join('\n');
}

function messagesText({ messages }: RuleReport): string {
  const parts = Object.entries(messages).map(([receiver, count]) => `${count} to ${plain(receiver)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Control characters of a name must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
