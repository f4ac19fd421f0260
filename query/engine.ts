import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { typeOf } from '@tocsin/protocol/promql/operators.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { Budget } from './budget.ts';
import { checkRangeType } from './check-range-type.ts';
import { evaluate } from './evaluate.ts';
import { type Evaluation, NOTHING_AROUND } from './evaluation.ts';
import { Trace } from './explain/trace.ts';
import { finishMatrix, finishRangeVector, finishVector } from './finish.ts';
import { guardStorage } from './guarded-storage.ts';
import { DEFAULT_LIMITS, DEFAULT_LOOKBACK_MS, type QueryLimits } from './limits.ts';
import { Notes } from './notes.ts';
import { parsedQuery } from './parsed-queries.ts';
import { namingQuery, QueryError } from './query-error.ts';
import type { QueryAnswer, QueryResult } from './result.ts';
import type { Steps } from './steps.ts';
import type { Storage } from './storage.ts';
import { tooManyPoints } from './too-many-points.ts';

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
  /** Whether the answer is to tell what each part of the query did; costs a little. */
  readonly explain?: boolean;
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

export interface EngineDeps {
  readonly clock: QueryClock;
  readonly limits?: Partial<QueryLimits>;
}

/** The PromQL evaluator. It holds no state between queries but the trees of those parsed last. */
export function createEngine(deps: EngineDeps): Engine {
  const limits: QueryLimits = { ...DEFAULT_LIMITS, ...deps.limits };
  return {
    async instant(request) {
      const expr = parse(request, limits);
      const steps: Steps = { startMs: request.timeMs, stepMs: 0, count: 1 };
      return run(deps.clock, limits, request, steps, (evaluation) => evaluateInstant(evaluation, expr));
    },
    async range(request) {
      const expr = parse(request, limits);
      const steps = stepsOf(request, limits);
      checkRangeType(expr);
      return run(deps.clock, limits, request, steps, (evaluation) => evaluateRange(evaluation, expr));
    },
  };
}

function parse(request: QueryRequest, limits: QueryLimits): Expr {
  if (request.query.length > limits.queryLengthMax) {
    throw new QueryError(
      'bad_data',
      `the query is longer than the limit of ${limits.queryLengthMax} characters`,
    );
  }
  try {
    return parsedQuery(request.query);
  } catch (error) {
    if (error instanceof ParseError) throw new QueryError('bad_data', error.message, { cause: error });
    throw error;
  }
}

function stepsOf(request: RangeRequest, limits: QueryLimits): Steps {
  const { startMs, endMs, stepMs } = request;
  if (!(stepMs > 0)) {
    throw new QueryError(
      'bad_data',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (endMs < startMs) throw new QueryError('bad_data', 'end timestamp must not be before start time');
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (count > limits.pointsPerSeriesMax)
    throw namingQuery(tooManyPoints(limits.pointsPerSeriesMax), request.query);
  return { startMs, stepMs, count };
}

async function run(
  clock: QueryClock,
  limits: QueryLimits,
  request: QueryRequest,
  steps: Steps,
  work: (evaluation: Evaluation) => Promise<QueryResult>,
): Promise<QueryAnswer> {
  const timeoutMs = Math.min(limits.timeoutMs, request.timeoutMs ?? limits.timeoutMs);
  const signal = request.signal ?? new AbortController().signal;
  const budget = new Budget(clock, { ...limits, timeoutMs }, signal);
  const notes = new Notes(request.query);
  const lookbackMs = request.lookbackMs ?? DEFAULT_LOOKBACK_MS;
  const trace = request.explain === true ? Trace.root(clock) : null;
  const evaluation: Evaluation = {
    steps,
    query: steps,
    storage: guardStorage(request.storage, budget),
    lookbackMs,
    budget,
    notes,
    evaluate,
    detectsResets: false,
    anyOrder: false,
    around: NOTHING_AROUND,
    trace,
  };
  const result = await work(evaluation).catch((error: unknown) => {
    throw namingQuery(error, request.query);
  });
  const limited =
    request.limit !== undefined && request.limit > 0 ? limitSeries(result, request.limit) : null;
  const { seriesSelected, samplesQueried, samplesPeak, bytesPeak, elapsedMs } = budget;
  return {
    result: limited ?? result,
    warnings: limited === null ? notes.warnings : [...notes.warnings, 'results truncated due to limit'],
    infos: notes.infos,
    stats: { seriesSelected, samplesQueried, samplesPeak, bytesPeak, elapsedMs },
    explanation: trace?.only ?? null,
  };
}

async function evaluateInstant(evaluation: Evaluation, expr: Expr): Promise<QueryResult> {
  if (typeOf(expr) === 'matrix') return finishRangeVector(evaluation, expr);
  const value = await evaluate(evaluation, expr);
  const timestampMs = evaluation.steps.startMs;
  if (value.kind === 'scalar') return { kind: 'scalar', timestampMs, value: value.values[0]! };
  if (value.kind === 'string') return { kind: 'string', timestampMs, value: value.value };
  return finishVector(value.block, timestampMs, evaluation.budget);
}

async function evaluateRange(evaluation: Evaluation, expr: Expr): Promise<QueryResult> {
  return finishMatrix(await evaluate(evaluation, expr), evaluation);
}

/** The result cut to `limit` series; null when it has no more than that. */
function limitSeries(result: QueryResult, limit: number): QueryResult | null {
  if (result.kind === 'matrix')
    return result.series.length > limit ? { ...result, series: result.series.slice(0, limit) } : null;
  if (result.kind !== 'vector' || result.labels.length <= limit) return null;
  return {
    ...result,
    labels: result.labels.slice(0, limit),
    values: result.values.slice(0, limit),
    histograms: result.histograms === null ? null : result.histograms.slice(0, limit),
  };
}
