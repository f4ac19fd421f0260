import type { PackedResult } from '@tocsin/query/shards/packed-result.ts';

/** Queries for an owner that has all series, a column for each of their parameters: they travel together. */
export interface WholeQueries {
  readonly queries: readonly string[];
  /** Milliseconds since the epoch; of an instant query both are its time. */
  readonly startsMs: readonly number[];
  readonly endsMs: readonly number[];
  /** 0 for an instant query. */
  readonly stepsMs: readonly number[];
  /** -1 for the default. */
  readonly lookbacksMs: readonly number[];
  readonly timeoutsMs: readonly number[];
  /** The most series to return; 0 returns all. */
  readonly limits: readonly number[];
}

/**
 * What a query has for an answer: the whole text of the API's envelope, as most answers are small; in columns what takes long to
 * write as text, which is written while it is sent; or why there is none.
 */
export type WholeAnswer = string | LargeAnswer | FailedAnswer;

/** Answers in the queries' order, with what each took. */
export interface WholeAnswers {
  readonly answers: readonly WholeAnswer[];
  /** COSTS_PER_ANSWER numbers for each: milliseconds, series selected, samples read; the latter two NaN of a query that failed. */
  readonly costs: readonly number[];
}

export const COSTS_PER_ANSWER = 3;

export interface LargeAnswer {
  readonly kind: 'large';
  readonly result: PackedResult;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export interface FailedAnswer {
  readonly kind: 'failed';
  /** Of the API's error types. */
  readonly type: 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'internal';
  readonly message: string;
}
