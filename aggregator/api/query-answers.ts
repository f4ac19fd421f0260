import type { Engine } from '@tocsin/query/engine.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { QueryAnswer } from '@tocsin/query/result.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { badParameter } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import { measureStorage } from './measured-storage.ts';
import type { QueryGate } from './query-gate.ts';
import type { QueryLog } from './query-log.ts';
import type { AskedQuery } from './query-request.ts';
import { failedStatsJson, queryStatsJson } from './query-stats.ts';
import { renderResult } from './render-result.ts';

export interface QueryAnswersDeps {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly gate: QueryGate;
  /** Null when no queries are logged. */
  readonly queryLog: QueryLog | null;
}

/** Evaluates a query when it is its turn, with its costs when the client asks for them. */
export type AnswerQuery = (asked: AskedQuery, signal: AbortSignal) => Promise<EndpointAnswer>;

export function createQueryAnswers({ clock, engine, gate, queryLog }: QueryAnswersDeps): AnswerQuery {
  return async (asked, signal) => {
    const arrivedMs = clock.monotonic();
    let queueMs: number | null = null;
    try {
      return await gate.run(signal, async () => {
        queueMs = clock.monotonic() - arrivedMs;
        const explain = asked.stats === 'all';
        const isMeasured = asked.stats !== 'none' || queryLog !== null;
        const storage = isMeasured ? measureStorage(asked.request.storage, clock) : null;
        const found = await withParameterName(() =>
          asked.kind === 'instant'
            ? engine.instant({ ...asked.request, ...(storage && { storage }), explain })
            : engine.range({ ...asked.request, ...(storage && { storage }), explain }),
        );
        const costs = storage?.costs ?? [];
        const stats = isMeasured ? queryStatsJson(found.stats, queueMs, costs) : null;
        queryLog?.record({ asked, tookMs: clock.monotonic() - arrivedMs, stats, error: null });
        const shown = explain ? { ...stats, selectors: costs, explanation: found.explanation } : stats;
        return {
          data: { kind: 'text', pieces: dataText(found, asked.stats === 'none' ? null : shown) },
          warnings: found.warnings,
          infos: found.infos,
        };
      });
    } catch (error) {
      const tookMs = clock.monotonic() - arrivedMs;
      const stats = failedStatsJson(tookMs, queueMs ?? tookMs);
      const message = error instanceof Error ? error.message : String(error);
      queryLog?.record({ asked, tookMs, stats, error: message });
      throw error;
    }
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
