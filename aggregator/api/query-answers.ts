import type { Engine } from '@tocsin/query/engine.ts';
import type { QueryLimits } from '@tocsin/query/limits.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { queryData } from '../answers/envelope.ts';
import type { RecentQueries } from '../recent/recent-queries.ts';
import type { Question } from '../recent/recent-query.ts';
import { COSTS_PER_ANSWER, type WholeAnswers } from '../shard/whole-query.ts';
import { badParameter } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import { measureStorage } from './measured-storage.ts';
import type { QueryGate } from './query-gate.ts';
import type { QueryLog } from './query-log.ts';
import type { AskedQuery } from './query-request.ts';
import { failedStatsJson, queryStatsJson } from './query-stats.ts';
import type { SeriesReader } from './series-reader.ts';
import { endpointAnswer, wholeQueries } from './whole-answers.ts';

export interface QueryAnswersDeps {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly queryLimits: QueryLimits;
  readonly reader: SeriesReader;
  readonly gate: QueryGate;
  /** Null when no queries are logged. */
  readonly queryLog: QueryLog | null;
  readonly recent: RecentQueries;
}

/** Evaluates queries when it is their turn, with their costs when the client asks for them. */
export interface QueryAnswers {
  readonly one: AnswerQuery;
  /**
   * Answers queries with one message to whoever has all series: in their order, at least the first, and the rest when asked again.
   * Most answers are there as their envelope's text. Null when there is no such one, or their costs are wanted: then each is to be asked for by itself.
   */
  together(asked: readonly AskedQuery[], signal: AbortSignal): Promise<readonly (string | Settle)[]> | null;
}

/** Rejects when the query has no answer. */
export type AnswerQuery = (asked: AskedQuery, signal: AbortSignal) => Promise<EndpointAnswer>;

export type Settle = () => Promise<EndpointAnswer>;

export function createQueryAnswers(deps: QueryAnswersDeps): QueryAnswers {
  const { clock, engine, gate, queryLimits, queryLog, reader, recent } = deps;

  /** One place in the queue for all of them: they are answered one after the other. */
  const together: QueryAnswers['together'] = (asked, signal) => {
    if (queryLog !== null || asked.some(({ stats }) => stats !== 'none')) return null;
    const { answer } = reader;
    if (answer === null) return null;
    return noted(asked, signal, async () => await answer(wholeQueries(asked), signal));
  };

  /** Answers, and notes what the queries took: of one its whole time, of several what each took of it. */
  async function noted(
    asked: readonly AskedQuery[],
    signal: AbortSignal,
    answer: () => Promise<WholeAnswers>,
  ): Promise<readonly (string | Settle)[]> {
    const atMs = clock.now();
    const arrivedMs = clock.monotonic();
    const end = recent.begin(questionOf(asked[0]!), asked.length - 1);
    try {
      const { answers, costs } = await gate.run(signal, answer);
      const passedMs = asked.length === 1 ? clock.monotonic() - arrivedMs : null;
      return answers.map((one, index) => {
        const at = index * COSTS_PER_ANSWER;
        recent.add(questionOf(asked[index]!), atMs, {
          tookMs: passedMs ?? costs[at]!,
          series: known(costs[at + 1]!),
          samples: known(costs[at + 2]!),
          error: typeof one !== 'string' && one.kind === 'failed' ? one.message : null,
        });
        return typeof one === 'string' ? one : () => endpointAnswer(one, clock, queryLimits, signal);
      });
    } catch (error) {
      const cost = {
        tookMs: clock.monotonic() - arrivedMs,
        series: null,
        samples: null,
        error: messageOf(error),
      };
      for (const one of asked) recent.add(questionOf(one), atMs, cost);
      throw error;
    } finally {
      end();
    }
  }

  const measured: AnswerQuery = async (asked, signal) => {
    const atMs = clock.now();
    const arrivedMs = clock.monotonic();
    const question = questionOf(asked);
    const end = recent.begin(question, 0);
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
        const tookMs = clock.monotonic() - arrivedMs;
        const { seriesSelected: series, samplesQueried: samples } = found.stats;
        recent.add(question, atMs, { tookMs, series, samples, error: null });
        queryLog?.record({ asked, tookMs, stats, error: null });
        const shown = explain ? { ...stats, selectors: costs, explanation: found.explanation } : stats;
        return {
          data: { kind: 'text', pieces: queryData(found, asked.stats === 'none' ? null : shown) },
          warnings: found.warnings,
          infos: found.infos,
        };
      });
    } catch (error) {
      const tookMs = clock.monotonic() - arrivedMs;
      const stats = failedStatsJson(tookMs, queueMs ?? tookMs);
      const message = messageOf(error);
      recent.add(question, atMs, { tookMs, series: null, samples: null, error: message });
      queryLog?.record({ asked, tookMs, stats, error: message });
      throw error;
    } finally {
      end();
    }
  };

  return {
    together,
    async one(asked, signal) {
      const answers = await together([asked], signal);
      if (answers === null) return await measured(asked, signal);
      const [answer] = answers;
      return typeof answer === 'string' ? { data: { kind: 'envelope', text: answer } } : await answer!();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const known = (cost: number): number | null => (Number.isNaN(cost) ? null : cost);

function questionOf(asked: AskedQuery): Question {
  const { query } = asked.request;
  const { origin } = asked;
  if (asked.kind === 'instant') {
    const { timeMs } = asked.request;
    return { language: 'promql', query, startMs: timeMs, endMs: timeMs, stepMs: 0, origin };
  }
  const { startMs, endMs, stepMs } = asked.request;
  return { language: 'promql', query, startMs, endMs, stepMs, origin };
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
