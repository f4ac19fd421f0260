import type { Engine, QueryRequest } from '@tocsin/query/engine.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { QueryAnswer } from '@tocsin/query/result.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { Endpoint, EndpointAnswer } from './endpoint.ts';
import { measureStorage } from './measured-storage.ts';
import type { Parameters } from './parameters.ts';
import { parseQuery } from './parse-query.ts';
import type { QueryGate } from './query-gate.ts';
import { queryStatsJson } from './query-stats.ts';
import { renderResult } from './render-result.ts';
import type { SeriesReader } from './series-reader.ts';

export interface QueryEndpointsDeps {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly reader: SeriesReader;
  readonly gate: QueryGate;
}

export interface QueryEndpointsConfig {
  /** The longest a query may take; a request's `timeout` may only shorten it. */
  readonly timeoutMs: number;
  readonly pointsPerSeriesMax: number;
}

/** `query` and `query_range`. */
export function createQueryEndpoints(
  { clock, engine, reader, gate }: QueryEndpointsDeps,
  config: QueryEndpointsConfig,
): { readonly instant: Endpoint; readonly range: Endpoint } {
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
      // From 0 down the default holds.
      ...(lookbackMs <= 0 ? {} : { lookbackMs }),
    };
  };

  /** Evaluates when it is the query's turn, with its costs when the client asks for them. */
  const answer = async <R extends QueryRequest>(
    request: R,
    stats: string | undefined,
    evaluate: (request: R) => Promise<QueryAnswer>,
    signal: AbortSignal,
  ): Promise<EndpointAnswer> => {
    const arrivedMs = clock.monotonic();
    return await gate.run(signal, async () => {
      const queueMs = clock.monotonic() - arrivedMs;
      const storage = stats === undefined ? null : measureStorage(reader, clock);
      const found = await withParameterName(() => evaluate(storage ? { ...request, storage } : request));
      const { costs } = storage ?? { costs: [] };
      const cost = storage ? queryStatsJson(found.stats, { queueMs, costs, all: stats === 'all' }) : null;
      return {
        data: { kind: 'text', pieces: dataText(found, cost) },
        warnings: found.warnings,
        infos: found.infos,
      };
    });
  };

  return {
    async instant({ parameters, signal }) {
      const timeMs = parameters.timeMs('time', clock.now());
      const request = { ...common(parameters, signal), timeMs };
      return await answer(request, parameters.get('stats'), engine.instant, signal);
    },
    async range({ parameters, signal }) {
      const startMs = parameters.requiredTimeMs('start');
      const endMs = parameters.requiredTimeMs('end');
      if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time');
      const step = parameters.durationMs('step');
      if (step === undefined) throw badParameter('step', 'cannot parse "" to a valid duration');
      const stepMs = Math.floor(step);
      if (stepMs <= 0) {
        throw badParameter(
          'step',
          'zero or negative query resolution step widths are not accepted. Try a positive integer',
        );
      }
      if ((endMs - startMs) / stepMs > config.pointsPerSeriesMax) {
        throw new ApiError(
          'bad_data',
          `exceeded maximum resolution of ${config.pointsPerSeriesMax.toLocaleString('en-US')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
        );
      }
      const request = { ...common(parameters, signal), startMs, endMs, stepMs };
      return await answer(request, parameters.get('stats'), engine.range, signal);
    },
  };
}

/** What is wrong with the query itself is said of the parameter, as Prometheus does. */
async function withParameterName<T>(evaluate: () => Promise<T>): Promise<T> {
  try {
    return await evaluate();
  } catch (error) {
    if (error instanceof QueryError && error.kind === 'bad_data') throw badParameter('query', error.message);
    throw error;
  }
}

/** `{"resultType":...,"result":...,"stats":...}` */
function* dataText(answer: QueryAnswer, stats: unknown): Generator<string> {
  const type = answer.result.kind;
  yield `{"resultType":"${type}","result":`;
  yield* renderResult(answer.result);
  yield stats === null ? '}' : `,"stats":${JSON.stringify(stats)}}`;
}
