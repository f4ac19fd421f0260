import { checkRangeType } from '@tocsin/query/check-range-type.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import { badParameter } from '../api-error.ts';
import type { Parameters } from '../parameters.ts';
import { parseQuery } from '../parse-query.ts';
import { type AskedQuery, type QueryOrigin, type QueryRequests, readStepMs } from '../query-request.ts';

/** A query whose points are sent as they become known. */
export interface LiveRequest {
  /** Equal for requests that one evaluation serves. */
  readonly key: string;
  readonly query: string;
  readonly stepMs: number;
  /** The first point wanted; a multiple of the step, as all points are. */
  readonly startMs: number;
  asked(fromMs: number, throughMs: number, signal: AbortSignal): AskedQuery;
}

/** Evaluates a request for some of its times. */
export type EvaluateLive<Text> = (
  request: LiveRequest,
  fromMs: number,
  throughMs: number,
  signal: AbortSignal,
) => Promise<Text>;

export interface LiveRequestDeps {
  readonly requests: QueryRequests;
  readonly origin: QueryOrigin;
  readonly nowMs: number;
  /** The newest point of a client that comes back; null for one that comes first. */
  readonly lastSeenMs: number | null;
  /** How long before the newest point others may have changed. */
  readonly settleMs: number;
  readonly pointsMax: number;
  readonly stepMsMin: number;
}

const SHARED = ['query', 'lookback_delta', 'limit', 'timeout'] as const;

/** Throws ApiError for a query that cannot be evaluated, or one with more points than a range query may have. */
export function readLiveRequest(
  parameters: Parameters,
  { requests, origin, nowMs, lastSeenMs, settleMs, pointsMax, stepMsMin }: LiveRequestDeps,
): LiveRequest {
  checkQuery(parameters.get('query') ?? '');
  const stepMs = readStepMs(parameters);
  if (stepMs < stepMsMin) throw badParameter('step', `a live query has steps of at least ${stepMsMin} ms`);
  const asked = (fromMs: number, throughMs: number, signal: AbortSignal): AskedQuery => ({
    ...requests.range(
      parameters.with('start', String(fromMs / 1_000)).with('end', String(throughMs / 1_000)),
      signal,
      origin,
    ),
    stats: 'none',
  });
  const newestMs = floorTo(nowMs, stepMs);
  const wantedMs = Math.min(floorTo(parameters.timeMs('start', nowMs), stepMs), newestMs);
  asked(wantedMs, newestMs, new AbortController().signal);
  return {
    query: parameters.get('query') ?? '',
    key: JSON.stringify([stepMs, ...SHARED.map((name) => parameters.get(name))]),
    stepMs,
    startMs: lastSeenMs === null ? wantedMs : resumeMs(lastSeenMs),
    asked,
  };

  function resumeMs(seenMs: number): number {
    const firstMs = parameters.get('start') === undefined ? Number.NEGATIVE_INFINITY : wantedMs;
    const againMs = floorTo(seenMs - settleMs, stepMs);
    return Math.min(newestMs, Math.max(firstMs, againMs, newestMs - (pointsMax - 1) * stepMs));
  }
}

export function floorTo(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

function checkQuery(query: string): void {
  try {
    checkRangeType(parseQuery(query));
  } catch (error) {
    if (error instanceof QueryError) throw badParameter('query', error.message);
    throw error;
  }
}
