import type { QueryOrigin } from '../api/query-request.ts';

/** A query as it was asked. */
export interface Question {
  readonly language: 'promql' | 'logql';
  readonly query: string;
  /** Milliseconds since the epoch; equal for one moment. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for one moment, or when there are no steps. */
  readonly stepMs: number;
  readonly origin: QueryOrigin;
}

/** A query that is over. */
export interface RecentQuery extends Question {
  readonly id: number;
  /** When it came, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Selected, and samples read; null when not known, and for logs. */
  readonly series: number | null;
  readonly samples: number | null;
  /** Why it has no answer; null when it has one. */
  readonly error: string | null;
}

/** A query that is being answered, with others asked in the same message. */
export interface RunningQuery extends Question {
  readonly id: number;
  readonly atMs: number;
  readonly soFarMs: number;
  readonly others: number;
}
