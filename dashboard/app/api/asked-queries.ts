import { ask } from './ask.ts';
import { costOf, type QueryCost } from './explore.ts';
import { field, listOf, textOf } from './json-fields.ts';

/** A request that asked for the answer to a query through the dashboard. */
export interface AskedQuery {
  readonly id: number;
  readonly atMs: number;
  readonly tookMs: number;
  readonly isRunning: boolean;
  readonly language: string;
  /** Empty when the request could not be read. */
  readonly query: string;
  /** How many others were in the same request. */
  readonly others: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Undefined when it was asked for one moment. */
  readonly stepSeconds: number | undefined;
  /** HTTP status; 0 when whoever asked went away. */
  readonly status: number;
  readonly bytes: number;
  readonly client: string;
  /** The path of the page that asked; empty for another program. */
  readonly page: string;
  readonly program: string;
}

export interface AskedQueries {
  /** Since when the dashboard takes note. */
  readonly sinceMs: number;
  /** Newest first. */
  readonly queries: readonly AskedQuery[];
}

/** What was asked through this dashboard lately. */
export async function askedQueries(signal: AbortSignal): Promise<AskedQueries> {
  const data = field(await ask({ path: '/api/tocsin/v1/queries', signal }), 'data');
  return {
    sinceMs: Number(field(data, 'sinceMs')),
    queries: listOf(field(data, 'queries')).map(queryOf),
  };
}

function queryOf(value: unknown): AskedQuery {
  const number = (name: string): number => Number(field(value, name) ?? Number.NaN);
  const maybe = (name: string): number | undefined => {
    const found = field(value, name);
    return typeof found === 'number' ? found : undefined;
  };
  const text = (name: string): string => textOf(field(value, name));
  return {
    id: number('id'),
    atMs: number('atMs'),
    tookMs: number('tookMs'),
    isRunning: field(value, 'isRunning') === true,
    language: text('language'),
    query: text('query'),
    others: number('others'),
    fromMs: maybe('fromMs'),
    toMs: maybe('toMs'),
    stepSeconds: maybe('stepSeconds'),
    status: number('status'),
    bytes: number('bytes'),
    client: text('client'),
    page: text('page'),
    program: text('program'),
  };
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
