import { AskError, ask } from './ask.ts';
import { costOf, type QueryCost } from './explore.ts';
import { field, listOf, textOf } from './json-fields.ts';

/** A query the aggregator was asked. */
export interface AskedQuery {
  readonly id: number;
  readonly atMs: number;
  /** So far, when it runs. */
  readonly tookMs: number;
  readonly status: 'running' | 'success' | 'error';
  /** Why it failed; empty when it did not. */
  readonly error: string;
  readonly language: string;
  readonly query: string;
  /** How many others run in the same request. */
  readonly others: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Undefined when it was asked for one moment. */
  readonly stepSeconds: number | undefined;
  /** That it read; undefined when that is not known. */
  readonly series: number | undefined;
  readonly samples: number | undefined;
  readonly client: string;
  /** The page or Grafana dashboard that asked; empty when none did. */
  readonly page: string;
  readonly program: string;
  /** The path it was asked at. */
  readonly path: string;
}

export interface AskedQueries {
  /** Since when the aggregator takes note. */
  readonly sinceMs: number;
  /** Those that run, then newest first. */
  readonly queries: readonly AskedQuery[];
}

/** What the aggregator was asked lately; null when it does not tell. */
export async function askedQueries(signal: AbortSignal): Promise<AskedQueries | null> {
  try {
    const data = field(await ask({ path: '/api/tocsin/v1/queries', signal }), 'data');
    return {
      sinceMs: Date.parse(textOf(field(data, 'since'))),
      queries: listOf(field(data, 'queries')).map(queryOf),
    };
  } catch (error) {
    if (error instanceof AskError && error.status === 404) return null;
    throw error;
  }
}

function queryOf(value: unknown): AskedQuery {
  const maybe = (name: string): number | undefined => {
    const found = field(value, name);
    return typeof found === 'number' ? found : undefined;
  };
  const text = (name: string): string => textOf(field(value, name));
  const params = field(value, 'params');
  const request = field(value, 'httpRequest');
  const [fromMs, toMs] = [momentOf(field(params, 'start')), momentOf(field(params, 'end'))];
  const step = Number(field(params, 'step'));
  const isMoment = fromMs === toMs;
  const status = text('status');
  return {
    id: maybe('id') ?? Number.NaN,
    atMs: Date.parse(text('time')),
    tookMs: (maybe('durationSeconds') ?? Number.NaN) * 1000,
    status: status === 'running' || status === 'error' ? status : 'success',
    error: text('error'),
    language: text('language') === 'logql' ? 'LogQL' : 'PromQL',
    query: textOf(field(params, 'query')),
    others: maybe('others') ?? 0,
    fromMs: isMoment ? undefined : fromMs,
    toMs: isMoment ? undefined : toMs,
    stepSeconds: isMoment || !(step > 0) ? undefined : step,
    series: maybe('series'),
    samples: maybe('samples'),
    client: textOf(field(request, 'forwardedFor')).split(',')[0] || textOf(field(request, 'clientIP')),
    page: textOf(field(request, 'page')),
    program: textOf(field(request, 'userAgent')),
    path: textOf(field(request, 'path')),
  };
}

function momentOf(value: unknown): number | undefined {
  const ms = Date.parse(textOf(value));
  return Number.isNaN(ms) ? undefined : ms;
}

/** Asks the same once more, for what it costs: of one series of the answer, since the answer itself is not wanted. */
export async function explainQuery(
  { query, fromMs, toMs, stepSeconds }: AskedQuery,
  signal: AbortSignal,
): Promise<QueryCost> {
  const shared: [string, string][] = [
    ['query', query],
    ['stats', 'all'],
    ['limit', '1'],
  ];
  const isRange = fromMs !== undefined && toMs !== undefined && stepSeconds !== undefined;
  const params: [string, string][] = isRange
    ? [
        ...shared,
        ['start', String(fromMs / 1000)],
        ['end', String(toMs / 1000)],
        ['step', String(stepSeconds)],
      ]
    : shared;
  const body = await ask({ path: isRange ? '/api/v1/query_range' : '/api/v1/query', params, signal });
  return costOf(field(field(body, 'data'), 'stats'));
}
