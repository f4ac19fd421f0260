import type { QueriesConfig } from '@tocsin/aggregator/config.ts';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { DEFAULT_LIMITS as DEFAULTS } from '@tocsin/query/limits.ts';
import { z } from 'zod';
import { byteSize, count, duration, size } from './quantities.ts';

/** `queries` of tocsin.yaml. */
export const queriesSchema = z
  .strictObject({
    timeout: duration('2m', false, 'The longest a query may take; a request may ask for less.'),
    samples: count(DEFAULTS.samplesMax, 'Samples a query holds in memory at once.'),
    memory: size(DEFAULTS.bytesMax, 'Memory a query needs at once, estimated, such as 1GiB.'),
    series: count(DEFAULTS.seriesMax, 'Series one selector of a query may match.'),
    subquery_points: count(DEFAULTS.subqueryPointsMax, 'Points a subquery may be evaluated at.'),
    at_once: count(16, 'Queries evaluated at the same time.'),
    waiting: z.int().min(0).default(256).describe('Queries that wait for their turn; more are refused.'),
    log: z
      .strictObject({
        file: z.string().min(1).optional().describe('A file for a line of JSON a query; absent: none.'),
        slower_than: duration('0s', true, 'Only queries that took at least this long are written.'),
      })
      .prefault({})
      .describe("In the form of Prometheus' query log."),
  })
  .prefault({})
  .describe('What a query may cost at most. Beyond it the answer is 422, or 503 when too many wait.');

export function queriesConfig(
  queries: z.output<typeof queriesSchema>,
  resolve: (path: string) => string,
): QueriesConfig {
  const { file, slower_than } = queries.log;
  return {
    limits: {
      timeoutMs: parseDurationMs(queries.timeout)!,
      samplesMax: queries.samples,
      bytesMax: byteSize(queries.memory),
      seriesMax: queries.series,
      subqueryPointsMax: queries.subquery_points,
    },
    concurrentMax: queries.at_once,
    waitingMax: queries.waiting,
    log: file === undefined ? null : { file: resolve(file), slowerThanMs: parseDurationMs(slower_than)! },
  };
}
