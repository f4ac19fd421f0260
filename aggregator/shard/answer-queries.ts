import { Budget } from '@tocsin/query/budget.ts';
import type { Engine } from '@tocsin/query/engine.ts';
import type { QueryLimits } from '@tocsin/query/limits.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { QueryAnswer, QueryResult, QueryStats } from '@tocsin/query/result.ts';
import { packResult } from '@tocsin/query/shards/packed-result.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import { envelope, queryData } from '../answers/envelope.ts';
import { ArenaPool } from '../head/arena-pool.ts';
import { COSTS_PER_ANSWER, type WholeAnswer, type WholeAnswers, type WholeQueries } from './whole-query.ts';

export interface AnswerQueriesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: Engine;
  readonly limits: QueryLimits;
  /** The storage, reading into these arenas. */
  readonly storageIn: (arenas: ArenaPool) => Storage;
}

/** What one query works with, and the next one after it. */
interface Bench {
  readonly arenas: ArenaPool;
  readonly storage: Storage;
}

/** Of those asked together; one that takes long holds up only what comes after the others. */
const SIDE_BY_SIDE = 4;
/** Texts held at once: when there is more the rest of the queries is left for the next call. */
const CHARACTERS_MAX = 2 ** 20;
/** Writing this much takes a few milliseconds, in which nothing else of the owner goes on. */
const TEXT_POINTS_MAX = 20_000;
const POINTS_PER_SERIES = 10;
const POINTS_PER_HISTOGRAM = 50;

/** Answers the queries in their order, at least one of them, and as many as fit; none of their failures is another's. */
export type AnswerQueries = (asked: WholeQueries, signal: AbortSignal) => Promise<WholeAnswers>;

export function createAnswerQueries(deps: AnswerQueriesDeps): AnswerQueries {
  const { clock, engine, limits, log, storageIn } = deps;
  const free: Bench[] = [];

  return async (asked, signal) => {
    const answers: WholeAnswer[] = [];
    const costs: number[] = [];
    const pause = createPause(clock, signal, 1);
    let begun = 0;
    let characters = 0;
    const lane = async (): Promise<void> => {
      const bench = free.pop() ?? createBench();
      while (begun < asked.queries.length && characters < CHARACTERS_MAX) {
        const index = begun++;
        await pause();
        const answer = await settled(bench.storage, asked, index, signal, costs);
        bench.arenas.endQuery();
        answers[index] = answer;
        characters += charactersOf(answer);
      }
      free.push(bench);
    };
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, asked.queries.length) }, lane));
    return { answers, costs };
  };

  function createBench(): Bench {
    const arenas = new ArenaPool();
    return { arenas, storage: storageIn(arenas) };
  }

  async function settled(
    storage: Storage,
    asked: WholeQueries,
    index: number,
    signal: AbortSignal,
    costs: number[],
  ): Promise<WholeAnswer> {
    const begunMs = clock.monotonic();
    let stats: QueryStats | null = null;
    try {
      const answer = await evaluate(storage, asked, index, signal);
      stats = answer.stats;
      if (sizeOf(answer.result) <= TEXT_POINTS_MAX) return textOf(answer);
      const { warnings, infos } = answer;
      const result = await packResult(answer.result, new Budget(clock, limits, signal));
      return { kind: 'large', result, warnings, infos };
    } catch (error) {
      if (error instanceof QueryError) return { kind: 'failed', type: error.kind, message: error.message };
      signal.throwIfAborted();
      log.error({ err: error, query: asked.queries[index] }, 'cannot answer a query');
      return { kind: 'failed', type: 'internal', message: 'the server failed; its log says why' };
    } finally {
      const at = index * COSTS_PER_ANSWER;
      costs[at] = clock.monotonic() - begunMs;
      costs[at + 1] = stats?.seriesSelected ?? Number.NaN;
      costs[at + 2] = stats?.samplesQueried ?? Number.NaN;
    }
  }

  function evaluate(
    storage: Storage,
    asked: WholeQueries,
    index: number,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    const lookbackMs = asked.lookbacksMs[index]!;
    const startMs = asked.startsMs[index]!;
    const stepMs = asked.stepsMs[index]!;
    const common = {
      query: asked.queries[index]!,
      storage,
      signal,
      timeoutMs: asked.timeoutsMs[index]!,
      limit: asked.limits[index]!,
      ...(lookbackMs >= 0 && { lookbackMs }),
    };
    return stepMs === 0
      ? engine.instant({ ...common, timeMs: startMs })
      : engine.range({ ...common, startMs, endMs: asked.endsMs[index]!, stepMs });
  }
}

function charactersOf(answer: WholeAnswer): number {
  if (typeof answer === 'string') return answer.length;
  return answer.kind === 'failed' ? answer.message.length : CHARACTERS_MAX;
}

function textOf(answer: QueryAnswer): string {
  let text = '';
  for (const piece of envelope(queryData(answer, null), answer)) text += piece;
  return text;
}

/** How much there is to write, in points. */
function sizeOf(result: QueryResult): number {
  if (result.kind === 'vector')
    return result.labels.length * (result.histograms === null ? POINTS_PER_SERIES : POINTS_PER_HISTOGRAM);
  if (result.kind !== 'matrix') return 1;
  return result.series.reduce(
    (sum, { values, histograms }) =>
      sum + POINTS_PER_SERIES + values.length * (histograms ? POINTS_PER_HISTOGRAM : 1),
    0,
  );
}
