import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Question, RecentQuery, RunningQuery } from './recent-query.ts';

export interface RecentQueriesLimits {
  /** As many of the newest are kept of each program that asks, so that rules do not push out what people ask. */
  readonly newestMax: number;
  /** Programs that are told apart; those that have asked nothing for longest are forgotten. */
  readonly programsMax: number;
  /** And as many of the slowest, each query once. */
  readonly slowestMax: number;
  /** What took less is never one of them. */
  readonly slowestMsMin: number;
  /** They are forgotten when they are older. */
  readonly slowestAgeMs: number;
  /** Longer queries are cut. */
  readonly queryCharactersMax: number;
}

export const DEFAULT_RECENT_LIMITS: RecentQueriesLimits = {
  newestMax: 200,
  programsMax: 16,
  slowestMax: 100,
  slowestMsMin: 10,
  slowestAgeMs: 6 * 3_600_000,
  queryCharactersMax: 4_096,
};

/** What a query took. */
export interface QueryCost {
  readonly tookMs: number;
  readonly series: number | null;
  readonly samples: number | null;
  readonly error: string | null;
}

/** The queries that were asked lately, in memory: the newest, the slowest, and those that run. Noting one takes well under a microsecond. */
export interface RecentQueries {
  /** Since when they are noted, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Shows a query as running, with how many others were asked in the same message, until the returned function is called. */
  begin(first: Question, others: number): () => void;
  /** Notes a query that is over. */
  add(question: Question, atMs: number, cost: QueryCost): void;
  running(): readonly RunningQuery[];
  /** Newest first, each once. */
  ended(): readonly RecentQuery[];
}

/** The newest of one program, in a ring. */
interface Newest {
  readonly queries: RecentQuery[];
  next: number;
}

export function createRecentQueries(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  limits: RecentQueriesLimits = DEFAULT_RECENT_LIMITS,
): RecentQueries {
  const running = new Map<number, () => RunningQuery>();
  const byProgram = new Map<string, Newest>();
  let slowest: RecentQuery[] = [];
  let count = 0;

  return {
    sinceMs: clock.now(),
    begin(first, others) {
      const id = ++count;
      const atMs = clock.now();
      const begunMs = clock.monotonic();
      running.set(id, () => ({ ...kept(first), id, atMs, soFarMs: clock.monotonic() - begunMs, others }));
      return () => void running.delete(id);
    },
    add(question, atMs, { tookMs, series, samples, error }) {
      const { language, query, startMs, endMs, stepMs, origin } = kept(question);
      const id = ++count;
      const one = {
        language,
        query,
        startMs,
        endMs,
        stepMs,
        origin,
        id,
        atMs,
        tookMs,
        series,
        samples,
        error,
      };
      const newest = newestOf(origin.program);
      newest.queries[newest.next] = one;
      newest.next = (newest.next + 1) % limits.newestMax;
      if (tookMs >= limits.slowestMsMin) noteSlow(one);
    },
    running: () => [...running.values()].map((so) => so()).reverse(),
    ended() {
      forgetOld(clock.now());
      const all = new Set(slowest);
      for (const { queries } of byProgram.values()) for (const one of queries) all.add(one);
      return [...all].sort((a, b) => b.atMs - a.atMs || b.id - a.id);
    },
  };

  function newestOf(program: string): Newest {
    const known = byProgram.get(program);
    if (known !== undefined) return known;
    if (byProgram.size >= limits.programsMax) {
      // Looked for only when another program comes: keeping them in order would cost every query.
      let [quietest, lastMs] = ['', Number.POSITIVE_INFINITY];
      for (const [name, { queries, next }] of byProgram) {
        const ms = queries.at(next - 1)?.atMs ?? 0;
        if (ms < lastMs) [quietest, lastMs] = [name, ms];
      }
      byProgram.delete(quietest);
    }
    const created = { queries: [], next: 0 };
    byProgram.set(program, created);
    return created;
  }

  function noteSlow(one: RecentQuery): void {
    const quickest = slowest.at(-1);
    if (slowest.length >= limits.slowestMax && quickest !== undefined && quickest.tookMs >= one.tookMs)
      return;
    forgetOld(one.atMs);
    const same = slowest.findIndex(({ query, stepMs }) => query === one.query && stepMs === one.stepMs);
    if (same >= 0) {
      if (slowest[same]!.tookMs > one.tookMs) return;
      slowest.splice(same, 1);
    }
    const place = slowest.findIndex(({ tookMs }) => tookMs <= one.tookMs);
    slowest.splice(place < 0 ? slowest.length : place, 0, one);
    slowest.length = Math.min(slowest.length, limits.slowestMax);
  }

  function forgetOld(nowMs: number): void {
    if (slowest.some(({ atMs }) => nowMs - atMs > limits.slowestAgeMs))
      slowest = slowest.filter(({ atMs }) => nowMs - atMs <= limits.slowestAgeMs);
  }

  /** Through bytes, or the part would hold on to the whole of a long text. */
  function kept(question: Question): Question {
    if (question.query.length <= limits.queryCharactersMax) return question;
    return {
      ...question,
      query: Buffer.from(question.query.slice(0, limits.queryCharactersMax)).toString(),
    };
  }
}
