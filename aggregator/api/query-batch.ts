import type { Log } from '@tocsin/runtime/log.ts';
import { ApiError, badParameter, toApiError } from './api-error.ts';
import { objectParameters } from './object-parameters.ts';
import type { Parameters } from './parameters.ts';
import type { AnswerQuery } from './query-answers.ts';
import type { QueryRequests } from './query-request.ts';
import { envelope, errorText } from './send-answer.ts';

export interface QueryBatchDeps {
  readonly log: Log;
  readonly requests: QueryRequests;
  readonly answer: AnswerQuery;
}

export interface QueryBatchConfig {
  readonly batchQueriesMax: number;
}

/** Of one batch; the others wait, so that a batch leaves room for single queries. */
const SIDE_BY_SIDE = 4;

/**
 * Many queries in one request. The body is `{"queries":[{...},...], ...}`: each of the list has the parameters of `query`, or of
 * `query_range` when it has a `step`; what stands beside the list holds for those that do not say otherwise. Yields the
 * answer's text: `{"status":"success","data":{"results":[...]}}`, in the order of the list, each result the envelope that
 * the query alone would have been answered with. Throws ApiError for a body that is none.
 */
export function answerBatch(
  { log, requests, answer }: QueryBatchDeps,
  { batchQueriesMax }: QueryBatchConfig,
  body: Buffer,
  signal: AbortSignal,
): AsyncGenerator<string> {
  return text(readBatch(body, batchQueriesMax));

  async function* text(queries: readonly Parameters[]): AsyncGenerator<string> {
    yield '{"status":"success","data":{"results":[';
    const begun: Promise<Iterable<string>>[] = [];
    for (let index = 0; index < queries.length; index++) {
      while (begun.length < Math.min(queries.length, index + SIDE_BY_SIDE))
        begun.push(one(queries[begun.length]!));
      if (index > 0) yield ',';
      yield* await begun[index]!;
      // Its result is not held until the others are there.
      begun[index] = NOTHING;
    }
    yield ']}}';
  }

  /** Never rejects: what is wrong with one query is its own answer. */
  async function one(parameters: Parameters): Promise<Iterable<string>> {
    try {
      const isRange = parameters.get('step') !== undefined;
      const asked = isRange ? requests.range(parameters, signal) : requests.instant(parameters, signal);
      return envelope(await answer(asked, signal));
    } catch (error) {
      const known = toApiError(error);
      if (!known) log.error({ err: error }, 'cannot answer a query of a batch');
      return [errorText(known ?? new ApiError('internal', 'the server failed; its log says why'))];
    }
  }
}

const NOTHING = Promise.resolve<Iterable<string>>([]);

function readBatch(body: Buffer, queriesMax: number): Parameters[] {
  const whole = parseObject(body);
  const { queries, ...common } = whole;
  if (!Array.isArray(queries)) throw badParameter('queries', 'it must be a list');
  if (queries.length > queriesMax)
    throw badParameter('queries', `${queries.length} queries are more than the limit of ${queriesMax}`);
  return queries.map((query: unknown, index) => {
    if (!isObject(query)) throw badParameter(`queries[${index}]`, 'it must be an object');
    return objectParameters({ ...common, ...query }, `queries[${index}]`);
  });
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw new ApiError('bad_data', `the body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(value)) throw new ApiError('bad_data', 'the body must be an object with a list "queries"');
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
