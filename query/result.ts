import type { QueryResult } from '@tocsin/protocol/prometheus-api/query-result.ts';

export type {
  MatrixResult,
  QueryResult,
  ScalarResult,
  StringResult,
  VectorResult,
} from '@tocsin/protocol/prometheus-api/query-result.ts';

/** What a query cost. */
export interface QueryStats {
  readonly seriesSelected: number;
  /** Samples read, one for each window or step a sample is used in, as Prometheus' `totalQueryableSamples`. */
  readonly samplesQueried: number;
  readonly samplesPeak: number;
  readonly elapsedMs: number;
}

export interface QueryAnswer {
  readonly result: QueryResult;
  /** Each text ends in the position ` (line:column)` it speaks of. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}
