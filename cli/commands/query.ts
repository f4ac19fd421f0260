import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { z } from 'zod';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { ASK_OPTIONS, ask } from '../terminal/ask.ts';
import { drawChart, formatValue } from '../terminal/chart.ts';
import { explanationSchema, formatExplanation } from '../terminal/explanation.ts';
import { parseTime } from '../terminal/parse-time.ts';
import { formatTable } from '../terminal/table.ts';

const sample = z.tuple([z.number(), z.string()]);
const histogram = z.tuple([
  z.number(),
  z.object({
    count: z.string(),
    sum: z.string(),
    buckets: z.array(z.tuple([z.number(), z.string(), z.string(), z.string()])).default([]),
  }),
]);
type Histogram = z.output<typeof histogram>[1];
const metric = z.record(z.string(), z.string());
const answerSchema = z.object({
  warnings: z.array(z.string()).default([]),
  infos: z.array(z.string()).default([]),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.enum(['scalar', 'string']), result: sample }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric, value: sample.optional(), histogram: histogram.optional() })),
    }),
    z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({ metric, values: z.array(sample).default([]), histograms: z.array(histogram).default([]) }),
      ),
    }),
  ]),
});
const statsSchema = z.object({
  data: z.object({ stats: z.object({ explanation: explanationSchema.nullish() }).default({}) }),
});
type Answer = z.output<typeof answerSchema>;

const POINTS = 240;
const CHART = { columns: 72, rows: 12 };

export const query: Command = {
  name: 'query',
  summary: 'ask in PromQL from a terminal',
  positionals: 'EXPR',
  options: [
    ...ASK_OPTIONS,
    { name: 'at', value: 'TIME', help: 'at one time (default now)' },
    { name: 'from', value: 'TIME', help: 'over a range of time: from here' },
    { name: 'to', value: 'TIME', help: 'to here (default now)' },
    { name: 'step', value: 'DURATION', help: `between two points (default: ${POINTS} points)` },
    { name: 'explain', help: 'also show where time and samples went' },
    { name: 'format', value: 'table|chart|json', help: 'default: table at one time, chart over a range' },
  ],
  notes: 'TIME is now, -1h, Unix seconds, or a date such as 2026-01-31T12:00:00Z.',
  async run(input) {
    const [expression, ...more] = input.positionals;
    if (expression === undefined || more.length > 0)
      throw new UsageError('one expression is needed; quote it for the shell. See tocsin query --help');
    const isRange = input.option('from') !== undefined;
    const format = input.option('format') ?? (isRange ? 'chart' : 'table');
    if (!['table', 'chart', 'json'].includes(format))
      throw new UsageError(`--format: "${format}" is none of table, chart, json`);
    if (format === 'chart' && !isRange) throw new UsageError('--format chart needs --from');
    const nowMs = systemClock.now();
    const range = isRange ? rangeOf(input, nowMs) : null;
    const explain = input.flag('explain');
    const stats: Readonly<Record<string, string>> = explain ? { stats: 'all' } : {};
    const answer = range
      ? await ask(input, '/api/v1/query_range', {
          query: expression,
          start: seconds(range.startMs),
          end: seconds(range.endMs),
          step: seconds(range.stepMs),
          ...stats,
        })
      : await ask(input, '/api/v1/query', {
          query: expression,
          time: seconds(parseTime(input.option('at') ?? 'now', nowMs, 'at')),
          ...stats,
        });
    if (format === 'json') {
      input.out.write(`${JSON.stringify(answer, null, 2)}\n`);
      return 0;
    }
    const parsed = answerSchema.parse(answer);
    input.out.write(range && format === 'chart' ? chart(parsed, range) : table(parsed));
    if (explain) input.out.write(explained(answer));
    for (const note of [...parsed.warnings, ...parsed.infos]) input.out.complain(`${printable(note)}\n`);
    return 0;
  },
};

function explained(answer: unknown): string {
  const { explanation } = statsSchema.parse(answer).data.stats;
  return explanation ? `\n${formatExplanation(explanation)}` : '\nthe server does not explain queries\n';
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

function rangeOf(input: CommandInput, nowMs: number): Range {
  const startMs = parseTime(input.option('from') ?? 'now', nowMs, 'from');
  const endMs = parseTime(input.option('to') ?? 'now', nowMs, 'to');
  if (endMs < startMs) throw new UsageError('--to lies before --from');
  const text = input.option('step');
  const stepMs =
    text === undefined
      ? Math.max(1_000, Math.ceil((endMs - startMs) / POINTS / 1_000) * 1_000)
      : parseDurationMs(text);
  if (!stepMs) throw new UsageError(`--step: "${text}" is no duration such as 15s`);
  return { startMs, endMs, stepMs };
}

function seconds(timeMs: number): string {
  return String(timeMs / 1_000);
}

function table({ data }: Answer): string {
  switch (data.resultType) {
    case 'scalar':
    case 'string':
      return `${data.result[1]}\n`;
    case 'vector':
      if (data.result.length === 0) return 'no series\n';
      return formatTable(
        ['series', 'value'],
        data.result.map((item) => [
          name(item.metric),
          item.histogram ? shownHistogram(item.histogram[1]) : (item.value?.[1] ?? ''),
        ]),
        rightUnless(
          data.result.some((item) => item.histogram),
          1,
        ),
      );
    case 'matrix':
      if (data.result.length === 0) return 'no series\n';
      return formatTable(
        ['series', 'time', 'value'],
        data.result.flatMap((item) => pointRows(item)),
        rightUnless(
          data.result.some((item) => item.histograms.length > 0),
          2,
        ),
      );
  }
}

type MatrixItem = Extract<Answer['data'], { resultType: 'matrix' }>['result'][number];

function pointRows({ metric: labels, values, histograms }: MatrixItem): string[][] {
  const shownName = name(labels);
  return [...values, ...histograms.map(([time, value]): [number, string] => [time, shownHistogram(value)])]
    .sort(([a], [b]) => a - b)
    .map(([time, value]) => [shownName, new Date(time * 1_000).toISOString(), value]);
}

/** Numbers are read from the right; histograms are so long that their starts must lie below each other. */
function rightUnless(hasHistograms: boolean, column: number): ReadonlySet<number> {
  return new Set(hasHistograms ? [] : [column]);
}

// The first of a bucket's four says which of its ends belong to it (docs/querying/api.md of Prometheus).
const BUCKET_ENDS = ['(]', '[)', '()', '[]'] as const;

/** As Prometheus writes a native histogram: `{count:3, sum:2.5, (1,2]:3}`. */
function shownHistogram({ count, sum, buckets }: Histogram): string {
  const parts = buckets.map(([rule, lower, upper, inside]) => {
    const [open, close] = BUCKET_ENDS[rule] ?? '()';
    return `${open}${lower},${upper}${close}:${inside}`;
  });
  return `{${[`count:${count}`, `sum:${sum}`, ...parts].join(', ')}}`;
}

function chart(answer: Answer, range: Range): string {
  if (answer.data.resultType !== 'matrix' || answer.data.result.length === 0) return table(answer);
  const lines = answer.data.result.map(({ values }) => ({
    timestampsMs: values.map(([time]) => time * 1_000),
    values: values.map(([, value]) => Number(value)),
  }));
  const rows = answer.data.result.map((item, index) => {
    const values = lines[index]!.values.filter(Number.isFinite);
    if (values.length === 0) return [name(item.metric), '', '', ''];
    const [low, high] = values.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
      [values[0]!, values[0]!],
    );
    return [name(item.metric), formatValue(low!), formatValue(high!), formatValue(values.at(-1)!)];
  });
  return `${drawChart(lines, { ...CHART, ...range })}\n${formatTable(['series', 'min', 'max', 'last'], rows, new Set([1, 2, 3]))}`;
}

function name(labels: Readonly<Record<string, string>>): string {
  return printable(formatLabels(labelsFromObject(labels)));
}

/** Control characters from a label's value must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
