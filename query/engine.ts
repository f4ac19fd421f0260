import { DEFAULT_LIMITS, type QueryLimits } from './limits.ts';
import { QueryError } from './query-error.ts';
import type { QueryAnswer } from './result.ts';
import type { Storage } from './storage.ts';

/** The part of runtime's Clock the evaluator needs. */
export interface QueryClock {
  monotonic(): number;
  sleep(delayMs: number): Promise<void>;
}

export interface QueryRequest {
  readonly query: string;
  readonly storage: Storage;
  /** How far back an instant selector looks for its newest sample. Default 5 minutes. */
  readonly lookbackMs?: number;
  readonly signal?: AbortSignal;
  /** Overrides the engine's deadline when it is shorter. */
  readonly timeoutMs?: number;
  /** The most series to return; 0 or absent returns all. */
  readonly limit?: number;
}

export interface InstantRequest extends QueryRequest {
  readonly timeMs: number;
}

export interface RangeRequest extends QueryRequest {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface Engine {
  /** Evaluates at one time. Throws QueryError. */
  instant(request: InstantRequest): Promise<QueryAnswer>;
  /** Evaluates at start, start + step, ... up to end; the result is a matrix. Throws QueryError. */
  range(request: RangeRequest): Promise<QueryAnswer>;
}

/** The PromQL evaluator. It holds no state between queries. */
export function createEngine(deps: {
  readonly clock: QueryClock;
  readonly limits?: Partial<QueryLimits>;
}): Engine {
  const limits: QueryLimits = { ...DEFAULT_LIMITS, ...deps.limits };
  const unanswered = (request: QueryRequest): Promise<QueryAnswer> =>
    Promise.reject(
      new QueryError('execution', `Cannot evaluate ${request.query}: limits ${limits.samplesMax}`),
    );
  return { instant: unanswered, range: unanswered };
}
