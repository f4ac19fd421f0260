import { Budget } from '@tocsin/query/budget.ts';
import type { QueryClock } from '@tocsin/query/engine.ts';
import type { QueryLimits } from '@tocsin/query/limits.ts';
import { unpackResult } from '@tocsin/query/shards/packed-result.ts';
import { queryData } from '../answers/envelope.ts';
import type { FailedAnswer, LargeAnswer, WholeQueries } from '../shard/whole-query.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import type { AskedQuery } from './query-request.ts';

/** The queries as they travel. */
export function wholeQueries(asked: readonly AskedQuery[]): WholeQueries {
  return {
    queries: asked.map(({ request }) => request.query),
    startsMs: asked.map((one) => (one.kind === 'instant' ? one.request.timeMs : one.request.startMs)),
    endsMs: asked.map((one) => (one.kind === 'instant' ? one.request.timeMs : one.request.endMs)),
    stepsMs: asked.map((one) => (one.kind === 'instant' ? 0 : one.request.stepMs)),
    lookbacksMs: asked.map(({ request }) => request.lookbackMs ?? -1),
    timeoutsMs: asked.map(({ request }) => request.timeoutMs ?? Number.POSITIVE_INFINITY),
    limits: asked.map(({ request }) => request.limit ?? 0),
  };
}

/** What came back other than as text, as the API sends it. Throws ApiError for a query without an answer. */
export async function endpointAnswer(
  answer: LargeAnswer | FailedAnswer,
  clock: QueryClock,
  limits: QueryLimits,
  signal: AbortSignal,
): Promise<EndpointAnswer> {
  if (answer.kind === 'failed') {
    // What is wrong with the query itself is said of the parameter, as Prometheus does.
    if (answer.type === 'bad_data') throw badParameter('query', answer.message);
    throw new ApiError(answer.type, answer.message);
  }
  const { warnings, infos } = answer;
  const result = await unpackResult(answer.result, new Budget(clock, limits, signal));
  return { data: { kind: 'text', pieces: queryData({ result }, null) }, warnings, infos };
}
