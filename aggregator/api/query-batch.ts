import type { Log } from '@tocsin/runtime/log.ts';
import type { Parameters } from './parameters.ts';
import type { QueryAnswers, Settle } from './query-answers.ts';
import { readQueryList } from './query-list.ts';
import type { AskedQuery, QueryOrigin, QueryRequests } from './query-request.ts';
import { settledAnswer } from './settled-answer.ts';

export interface QueryBatchDeps {
  readonly log: Log;
  readonly requests: QueryRequests;
  readonly answers: QueryAnswers;
}

export interface QueryBatchConfig {
  readonly batchQueriesMax: number;
}

/** Of one batch; the others wait, so that a batch leaves room for single queries. */
const SIDE_BY_SIDE = 4;
/** Asked for with one message, where that can be done. */
const TOGETHER_MAX = 256;

/**
 * Many queries in one request. The body is `{"queries":[{...},...], ...}`: each of the list has the parameters of `query`, or of
 * `query_range` when it has a `step`; what stands beside the list holds for those that do not say otherwise. Yields the
 * answer's text: `{"status":"success","data":{"results":[...]}}`, in the order of the list, each result the envelope that
 * the query alone would have been answered with. Throws ApiError for a body that is none.
 */
export function answerBatch(
  { log, requests, answers }: QueryBatchDeps,
  { batchQueriesMax }: QueryBatchConfig,
  body: Buffer,
  { signal, origin }: { readonly signal: AbortSignal; readonly origin: QueryOrigin },
): AsyncGenerator<string> {
  return text(readQueryList(body, batchQueriesMax));

  async function* text(queries: readonly Parameters[]): AsyncGenerator<string> {
    yield '{"status":"success","data":{"results":[';
    for (let from = 0; from < queries.length; ) {
      if (from > 0) yield ',';
      const settles = await askTogether(queries.slice(from, from + TOGETHER_MAX));
      yield* separated(settles);
      from += settles.length;
    }
    yield ']}}';
  }

  /** Those of the queries that are answered, or can be settled one by one. */
  async function askTogether(queries: readonly Parameters[]): Promise<readonly (string | Settle)[]> {
    const read = queries.map(askedOf);
    const asked = read.filter((one) => one !== null);
    let found: readonly (string | Settle)[] | null = null;
    try {
      if (asked.length > 0) found = await answers.together(asked, signal);
    } catch (error) {
      found = asked.map(() => () => Promise.reject(error));
    }
    // What cannot be read says so when it is read again; that is rare.
    if (found === null)
      return queries.map((parameters) => async () => await answers.one(ask(parameters), signal));
    const settles: (string | Settle)[] = [];
    let next = 0;
    for (const [index, one] of read.entries()) {
      if (one === null) settles.push(async () => await answers.one(ask(queries[index]!), signal));
      else if (next < found.length) settles.push(found[next++]!);
      else break;
    }
    return settles;
  }

  async function* separated(settles: readonly (string | Settle)[]): AsyncGenerator<string> {
    const begun: Promise<Iterable<string>>[] = [];
    let text = '';
    for (const [index, settle] of settles.entries()) {
      if (index > 0) text += ',';
      if (typeof settle === 'string') {
        text += settle;
        continue;
      }
      while (begun.length < Math.min(settles.length, index + SIDE_BY_SIDE)) {
        const next = settles[begun.length]!;
        begun.push(typeof next === 'string' ? NOTHING : settledAnswer(log, next));
      }
      yield text;
      text = '';
      yield* await begun[index]!;
      // Its result is not held until the others are there.
      begun[index] = NOTHING;
    }
    yield text;
  }

  function ask(parameters: Parameters): AskedQuery {
    return parameters.get('step') !== undefined
      ? requests.range(parameters, signal, origin)
      : requests.instant(parameters, signal, origin);
  }

  /** Null for what cannot be read. */
  function askedOf(parameters: Parameters): AskedQuery | null {
    try {
      return ask(parameters);
    } catch {
      return null;
    }
  }
}

const NOTHING = Promise.resolve<Iterable<string>>([]);
