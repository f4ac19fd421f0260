import type { InstantRequest, QueryRequest, RangeRequest } from '@tocsin/query/engine.ts';
import { namingQuery } from '@tocsin/query/query-error.ts';
import { tooManyPoints } from '@tocsin/query/too-many-points.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { badParameter } from './api-error.ts';
import type { Parameters } from './parameters.ts';
import { parseQuery } from './parse-query.ts';
import type { SeriesReader } from './series-reader.ts';

/** A query as it was asked for, before it is its turn. */
export type AskedQuery = Asked & { readonly stats: StatsWanted; readonly origin: QueryOrigin };

type Asked =
  | { readonly kind: 'instant'; readonly request: InstantRequest }
  | { readonly kind: 'range'; readonly request: RangeRequest };

/** Who asked, and how. */
export interface QueryOrigin {
  readonly clientIp: string;
  readonly method: string;
  readonly path: string;
  /** What the program calls itself; empty when it says nothing. */
  readonly program: string;
  /** For whom it asked, as it says itself: an address and a page or dashboard; empty when it does not say. */
  readonly forwardedFor: string;
  readonly page: string;
}

export type StatsWanted = 'none' | 'some' | 'all';

export interface QueryRequestsConfig {
  /** The longest a query may take; a request's `timeout` may only shorten it. */
  readonly timeoutMs: number;
  readonly pointsPerSeriesMax: number;
}

/** Reads queries from parameters, in Prometheus' words where they cannot be read. */
export interface QueryRequests {
  instant(parameters: Parameters, signal: AbortSignal, origin: QueryOrigin): AskedQuery;
  range(parameters: Parameters, signal: AbortSignal, origin: QueryOrigin): AskedQuery;
}

export function createQueryRequests(
  { clock, reader }: { readonly clock: Clock; readonly reader: SeriesReader },
  config: QueryRequestsConfig,
): QueryRequests {
  const common = (parameters: Parameters, signal: AbortSignal): QueryRequest => {
    const lookbackMs = parameters.durationMs('lookback_delta') ?? 0;
    const query = parameters.get('query') ?? '';
    if (query === '') parseQuery(query);
    return {
      query,
      storage: reader,
      signal,
      timeoutMs: Math.min(parameters.durationMs('timeout') ?? config.timeoutMs, config.timeoutMs),
      limit: parameters.limit('limit'),
      // From 0 down the default holds; as in Prometheus a part of a millisecond is none, and looks back at nothing.
      ...(lookbackMs <= 0 ? {} : { lookbackMs: Math.trunc(lookbackMs) }),
    };
  };

  return {
    instant(parameters, signal, origin) {
      const timeMs = parameters.timeMs('time', clock.now());
      const request = { ...common(parameters, signal), timeMs };
      return { kind: 'instant', request, stats: readStats(parameters), origin };
    },
    range(parameters, signal, origin) {
      const startMs = parameters.requiredTimeMs('start');
      const endMs = parameters.requiredTimeMs('end');
      if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time');
      const stepMs = readStepMs(parameters);
      if ((endMs - startMs) / stepMs > config.pointsPerSeriesMax)
        throw namingQuery(tooManyPoints(config.pointsPerSeriesMax), parameters.get('query') ?? '');
      const request = { ...common(parameters, signal), startMs, endMs, stepMs };
      return { kind: 'range', request, stats: readStats(parameters), origin };
    },
  };
}

export function readStepMs(parameters: Parameters): number {
  const step = parameters.durationMs('step');
  if (step === undefined) throw badParameter('step', 'cannot parse "" to a valid duration');
  const stepMs = Math.floor(step);
  if (stepMs <= 0) {
    throw badParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  return stepMs;
}

function readStats(parameters: Parameters): StatsWanted {
  const text = parameters.get('stats');
  if (text === undefined) return 'none';
  return text === 'all' ? 'all' : 'some';
}
