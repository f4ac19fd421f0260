import type { Engine, QueryRequest } from '@tocsin/query/engine.ts';
import type { QueryAnswer, QueryStats } from '@tocsin/query/result.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { Endpoint, EndpointAnswer } from './endpoint.ts';
import type { Parameters } from './parameters.ts';
import type { QueryGate } from './query-gate.ts';
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
  deps: QueryEndpointsDeps,
  config: QueryEndpointsConfig,
): { readonly instant: Endpoint; readonly range: Endpoint } {
  const common = (parameters: Parameters, signal: AbortSignal): QueryRequest => {
    const lookbackMs = parameters.durationMs('lookback_delta');
    if (lookbackMs !== undefined && lookbackMs <= 0)
      throw badParameter('lookback_delta', 'expected a positive duration');
    return {
      query: parameters.require('query'),
      storage: deps.reader,
      signal,
      timeoutMs: Math.min(parameters.durationMs('timeout') ?? config.timeoutMs, config.timeoutMs),
      limit: parameters.limit('limit'),
      ...(lookbackMs === undefined ? {} : { lookbackMs }),
    };
  };

  return {
    async instant({ parameters, signal }) {
      const timeMs = parameters.timeMs('time', deps.clock.now());
      const request = common(parameters, signal);
      return await deps.gate.run(signal, async () =>
        render(await deps.engine.instant({ ...request, timeMs }), parameters),
      );
    },
    async range({ parameters, signal }) {
      parameters.require('start');
      parameters.require('end');
      parameters.require('step');
      const startMs = parameters.timeMs('start', 0);
      const endMs = parameters.timeMs('end', 0);
      if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time');
      const stepMs = Math.floor(parameters.durationMs('step') ?? 0);
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
      const request = common(parameters, signal);
      return await deps.gate.run(signal, async () =>
        render(await deps.engine.range({ ...request, startMs, endMs, stepMs }), parameters),
      );
    },
  };
}

function render(answer: QueryAnswer, parameters: Parameters): EndpointAnswer {
  const stats = parameters.get('stats');
  return {
    data: { kind: 'text', pieces: dataText(answer, stats === undefined ? null : answer.stats) },
    warnings: answer.warnings,
    infos: answer.infos,
  };
}

/** `{"resultType":...,"result":...,"stats":...}` */
function* dataText(answer: QueryAnswer, stats: QueryStats | null): Generator<string> {
  const type = answer.result.kind;
  yield `{"resultType":"${type}","result":`;
  yield* renderResult(answer.result);
  yield stats === null ? '}' : `,"stats":${JSON.stringify(prometheusStats(stats))}}`;
}

/** The names under which Prometheus reports what a query cost; seconds for times. */
function prometheusStats(stats: QueryStats): unknown {
  const totalSeconds = stats.elapsedMs / 1_000;
  return {
    timings: { evalTotalTime: totalSeconds, execTotalTime: totalSeconds },
    samples: { totalQueryableSamples: stats.samplesQueried, peakSamples: stats.samplesPeak },
    seriesSelected: stats.seriesSelected,
  };
}
