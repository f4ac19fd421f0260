import type { Log } from '@tocsin/runtime/log.ts';
import type { Parameters } from './parameters.ts';
import type { AnswerQuery } from './query-answers.ts';
import { readQueryList } from './query-list.ts';
import type { QueryOrigin, QueryRequests } from './query-request.ts';
import { settledAnswer } from './settled-answer.ts';

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
  { signal, origin }: { readonly signal: AbortSignal; readonly origin: QueryOrigin },
): AsyncGenerator<string> {
  return text(readQueryList(body, batchQueriesMax));

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

  function one(parameters: Parameters): Promise<Iterable<string>> {
    return settledAnswer(log, async () => {
      const isRange = parameters.get('step') !== undefined;
      const asked = isRange
        ? requests.range(parameters, signal, origin)
        : requests.instant(parameters, signal, origin);
      return await answer(asked, signal);
    });
  }
}

const NOTHING = Promise.resolve<Iterable<string>>([]);
