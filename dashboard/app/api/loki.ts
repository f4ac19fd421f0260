import type { LogFilter } from '../address/address.ts';
import { logQuery } from '../logs/log-query.ts';
import { type LogRow, logRow } from '../logs/log-row.ts';
import type { TimeWindow } from '../time/range.ts';
import { AskError, ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

const nanoseconds = (ms: number): string => `${Math.floor(ms)}000000`;

/** The newest `limit` records in the window that pass the filter, newest first. */
export async function findLogs(
  filter: LogFilter,
  window: TimeWindow,
  limit: number,
  signal: AbortSignal,
): Promise<readonly LogRow[]> {
  const params: [string, string][] = [
    ['query', logQuery(filter)],
    ['start', nanoseconds(window.fromMs)],
    // The end is excluded, and lines are written while the answer is on its way.
    ['end', nanoseconds(window.endMs + 10_000)],
    ['limit', String(limit)],
    ['direction', 'backward'],
  ];
  const body = await ask({ path: '/loki/api/v1/query_range', params, signal });
  const streams = listOf(field(field(body, 'data'), 'result'));
  const rows = streams.flatMap((stream, streamIndex) => {
    const labels = labelsOf(field(stream, 'stream'));
    return listOf(field(stream, 'values')).map((entry, index) => {
      const [time, line, metadata] = listOf(entry);
      // With `X-Loki-Response-Encoding-Flags: categorize-labels` the third element groups the attributes.
      const own = field(metadata, 'structuredMetadata') ?? metadata;
      return logRow(labels, textOf(time), textOf(line), labelsOf(own), streamIndex * 100_000 + index);
    });
  });
  return rows.sort((a, b) => b.timeMs - a.timeMs).slice(0, limit);
}

/** How many records of each level, as it is written, lie in each bucket of `stepSeconds` from `fromSeconds` on. */
export async function countLogs(
  filter: LogFilter,
  fromSeconds: number,
  endMs: number,
  stepSeconds: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const params: [string, string][] = [
    ['query', logQuery(filter)],
    ['start', nanoseconds(fromSeconds * 1000)],
    ['end', nanoseconds(endMs + 10_000)],
    ['step', String(stepSeconds)],
  ];
  const levels = field(
    field(await ask({ path: '/api/tocsin/v1/logs/histogram', params, signal }), 'data'),
    'levels',
  );
  if (typeof levels !== 'object' || levels === null) throw new AskError('refused', 'Lines were not counted.');
  return new Map(Object.entries(levels).map(([level, counts]) => [level, listOf(counts).map(Number)]));
}

/** The services that have log streams in the window. */
export async function logServices(window: TimeWindow, signal: AbortSignal): Promise<readonly string[]> {
  const params: [string, string][] = [
    ['start', nanoseconds(window.fromMs)],
    ['end', nanoseconds(window.endMs)],
  ];
  const body = await ask({ path: '/loki/api/v1/label/service_name/values', params, signal });
  return listOf(field(body, 'data')).map(textOf);
}
