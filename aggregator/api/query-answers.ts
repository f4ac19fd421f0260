import type { Engine } from '@tocsin/query/engine.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { QueryAnswer } from '@tocsin/query/result.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { badParameter } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import { measureStorage } from './measured-storage.ts';
import type { QueryGate } from './query-gate.ts';
import type { AskedQuery } from './query-request.ts';
import { queryStatsJson } from './query-stats.ts';
import { renderResult } from './render-result.ts';

export interface QueryAnswersDeps {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly gate: QueryGate;
}

/** Evaluates a query when it is its turn, with its costs when the client asks for them. */
export type AnswerQuery = (asked: AskedQuery, signal: AbortSignal) => Promise<EndpointAnswer>;

export function createQueryAnswers({ clock, engine, gate }: QueryAnswersDeps): AnswerQuery {
  return async (asked, signal) => {
    const arrivedMs = clock.monotonic();
    return await gate.run(signal, async () => {
      const queueMs = clock.monotonic() - arrivedMs;
      const storage = asked.stats === 'none' ? null : measureStorage(asked.request.storage, clock);
      const explain = asked.stats === 'all';
      const measured = storage ? { storage, explain } : {};
      const found = await withParameterName(() =>
        asked.kind === 'instant'
          ? engine.instant({ ...asked.request, ...measured })
          : engine.range({ ...asked.request, ...measured }),
      );
      const cost = storage
        ? queryStatsJson(found.stats, {
            queueMs,
            costs: storage.costs,
            all: explain,
            explanation: found.explanation,
          })
        : null;
      return {
        data: { kind: 'text', pieces: dataText(found, cost) },
        warnings: found.warnings,
        infos: found.infos,
      };
    });
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
