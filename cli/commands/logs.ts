import { systemClock } from '@tocsin/runtime/clock.ts';
import { z } from 'zod';
import { type Command, UsageError } from '../command.ts';
import { ASK_OPTIONS, ask } from '../terminal/ask.ts';
import { parseTime } from '../terminal/parse-time.ts';

const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())),
      }),
    ),
  }),
});

export const logs: Command = {
  name: 'logs',
  summary: 'find log lines in LogQL from a terminal',
  positionals: 'EXPR',
  options: [
    ...ASK_OPTIONS,
    { name: 'from', value: 'TIME', help: 'from here (default -1h)' },
    { name: 'to', value: 'TIME', help: 'to here (default now)' },
    { name: 'limit', value: 'N', help: 'the newest so many lines (default 100)' },
    { name: 'format', value: 'text|json', help: 'default text: time, level, service, line; oldest first' },
  ],
  notes: 'TIME is now, -1h, Unix seconds, or a date such as 2026-01-31T12:00:00Z.',
  async run(input) {
    const [expression, ...more] = input.positionals;
    if (expression === undefined || more.length > 0)
      throw new UsageError('one expression is needed; quote it for the shell. See tocsin logs --help');
    const format = input.option('format') ?? 'text';
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`--format: "${format}" is neither text nor json`);
    const nowMs = systemClock.now();
    const answer = await ask(input, '/loki/api/v1/query_range', {
      query: expression,
      start: nanoseconds(parseTime(input.option('from') ?? '-1h', nowMs, 'from')),
      end: nanoseconds(parseTime(input.option('to') ?? 'now', nowMs, 'to')),
      limit: input.option('limit') ?? '100',
      direction: 'backward',
    });
    if (format === 'json') {
      input.out.write(`${JSON.stringify(answer, null, 2)}\n`);
      return 0;
    }
    const lines = answerSchema
      .parse(answer)
      .data.result.flatMap(({ stream, values }) =>
        values.map(([time, line]) => ({ stream, time: BigInt(time), line })),
      )
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    for (const { stream, time, line } of lines) {
      const at = new Date(Number(time / 1_000_000n)).toISOString();
      const level = (stream['level'] ?? stream['detected_level'] ?? '').padEnd(5);
      input.out.write(
        `${at} ${level} ${stream['service_name'] ?? ''}  ${line.replace(/(?!\t)\p{Cc}/gu, '\ufffd')}\n`,
      );
    }
    return 0;
  },
};

function nanoseconds(timeMs: number): string {
  return String(BigInt(timeMs) * 1_000_000n);
}
