import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { type HttpAnswer, type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { samplesOfAnswer } from './query-answer.ts';
import { QueryFailure } from './query-failure.ts';

/** Asks the aggregator through the Prometheus HTTP API, so any server that speaks it will do. */
export interface QueryClient {
  /** The instant vector (or scalar, as one sample without labels) at `timeMs`. @throws QueryFailure */
  instant(expression: string, timeMs: number): Promise<readonly QuerySample[]>;
}

export interface QueryClientOptions {
  /** `http://127.0.0.1:9701` */
  readonly url: string;
  readonly timeoutMs: number;
}

interface Question {
  readonly expression: string;
  readonly timeMs: number;
  readonly resolve: (samples: readonly QuerySample[]) => void;
  readonly reject: (error: unknown) => void;
}

// Rules of a group ask within a few promises of each other.
const GATHERING_HOPS = 8;
/** In a batch a query waits for those before it, so one that takes longer is asked by itself, then and for a while. */
const BATCH_QUERY_TIMEOUT_MS = 2_000;
const BATCH_TIMEOUT_MS = 10_000;
const ALONE_FOR_MS = 10 * 60_000;
/** How long a server that knows no batches is not asked for one. */
const NO_BATCH_FOR_MS = 5 * 60_000;

/**
 * What is asked at the same moment goes out in one request where the server takes that (Tocsin's query_batch), because a thousand
 * requests cost more than what they ask. Any other server is asked one by one.
 */
export function createQueryClient(
  http: HttpClient,
  clock: Pick<Clock, 'monotonic'>,
  options: QueryClientOptions,
): QueryClient {
  let gathered: Question[] = [];
  let noBatchUntilMs = 0;
  const aloneUntilMs = new Map<string, number>();

  const gather = async (): Promise<void> => {
    for (let hop = 0; hop < GATHERING_HOPS; hop++) await null;
    const questions = gathered;
    gathered = [];
    const together =
      clock.monotonic() < noBatchUntilMs ? [] : questions.filter(({ expression }) => !isSlow(expression));
    const isBatch = together.length > 1;
    for (const question of questions) if (!isBatch || isSlow(question.expression)) void askAlone(question);
    if (!isBatch) return;
    for (let i = 0; i < together.length; i += ALERTING_LIMITS.queriesPerBatch)
      void askTogether(together.slice(i, i + ALERTING_LIMITS.queriesPerBatch));
  };

  /** Asked for a while by itself. */
  const isSlow = (expression: string): boolean => {
    const untilMs = aloneUntilMs.get(expression);
    if (untilMs === undefined) return false;
    if (clock.monotonic() < untilMs) return true;
    aloneUntilMs.delete(expression);
    return false;
  };

  const askAlone = async ({ expression, timeMs, resolve, reject }: Question): Promise<void> => {
    const startMs = clock.monotonic();
    try {
      const form = new URLSearchParams({
        query: expression,
        time: String(timeMs / 1000),
        timeout: `${options.timeoutMs}ms`,
      });
      const answer = await post(
        '/api/v1/query',
        'application/x-www-form-urlencoded',
        form.toString(),
        options.timeoutMs,
      );
      resolve(samplesOfAnswer(parsed(answer), answer.status));
    } catch (error) {
      reject(error);
    } finally {
      const endMs = clock.monotonic();
      if (endMs - startMs >= BATCH_QUERY_TIMEOUT_MS) aloneUntilMs.set(expression, endMs + ALONE_FOR_MS);
    }
  };

  const askTogether = async (questions: readonly Question[]): Promise<void> => {
    try {
      const body = {
        timeout: `${Math.min(BATCH_QUERY_TIMEOUT_MS, options.timeoutMs)}ms`,
        queries: questions.map(({ expression, timeMs }) => ({ query: expression, time: timeMs / 1000 })),
      };
      const timeoutMs = Math.min(BATCH_TIMEOUT_MS, options.timeoutMs);
      const answer = await post(
        '/api/tocsin/v1/query_batch',
        'application/json',
        JSON.stringify(body),
        timeoutMs,
      );
      const results = answer.status === 200 ? resultsOf(parsed(answer)) : null;
      if (results?.length !== questions.length) {
        // Whatever it is, it speaks the API that all speak.
        if (answer.status < 500) noBatchUntilMs = clock.monotonic() + NO_BATCH_FOR_MS;
        for (const question of questions) void askAlone(question);
        return;
      }
      for (const [i, question] of questions.entries()) settle(question, results[i]);
    } catch (error) {
      // One of them may hold up the others.
      if (isHttpTimeout(error)) for (const question of questions) void askAlone(question);
      else for (const { reject } of questions) reject(error);
    }
  };

  const settle = (question: Question, result: unknown): void => {
    if (isTimeout(result)) {
      aloneUntilMs.set(question.expression, clock.monotonic() + ALONE_FOR_MS);
      void askAlone(question);
      return;
    }
    try {
      question.resolve(samplesOfAnswer(result, 200));
    } catch (error) {
      question.reject(error);
    }
  };

  const post = async (
    path: string,
    contentType: string,
    body: string,
    timeoutMs: number,
  ): Promise<HttpAnswer> => {
    const answer = await http
      .send({
        method: 'POST',
        url: `${options.url}${path}`,
        headers: { 'content-type': contentType, 'user-agent': 'tocsin-alerting' },
        body,
        timeoutMs,
      })
      .catch((error: unknown) => {
        const kind = error instanceof HttpFailure && error.kind === 'too-large' ? 'refused' : 'unreachable';
        throw new QueryFailure(kind, error instanceof Error ? error.message : String(error), error);
      });
    if (answer.status >= 500 && answer.status !== 503)
      throw new QueryFailure('unreachable', `the aggregator answers ${answer.status}`);
    return answer;
  };

  return {
    instant: (expression, timeMs) =>
      new Promise((resolve, reject) => {
        gathered.push({ expression, timeMs, resolve, reject });
        if (gathered.length === 1) void gather();
      }),
  };
}

function parsed(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text());
  } catch {
    return null;
  }
}

/** Of a batch's answer; null when it is none. */
function resultsOf(answer: unknown): readonly unknown[] | null {
  const results = field(field(answer, 'data'), 'results');
  return Array.isArray(results) ? results : null;
}

function isHttpTimeout(error: unknown): boolean {
  return (
    error instanceof QueryFailure && error.cause instanceof HttpFailure && error.cause.kind === 'timeout'
  );
}

function isTimeout(result: unknown): boolean {
  return field(result, 'errorType') === 'timeout';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
