import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Explanation } from './explain/explanation.ts';

/** The value of a query, by Prometheus' four result types. */
export type QueryResult = ScalarResult | StringResult | VectorResult | MatrixResult;

export interface ScalarResult {
  readonly kind: 'scalar';
  readonly timestampMs: number;
  readonly value: number;
}

export interface StringResult {
  readonly kind: 'string';
  readonly timestampMs: number;
  readonly value: string;
}

/** One sample a series, all at `timestampMs`. The order of the series is part of the answer (`sort`, `topk`). */
export interface VectorResult {
  readonly kind: 'vector';
  readonly timestampMs: number;
  readonly labels: readonly Labels[];
  /** NaN where `histograms` holds a histogram. Same length as `labels`. */
  readonly values: Float64Array;
  /** Null when every sample is a float. */
  readonly histograms: readonly (Histogram | null)[] | null;
}

/** Sorted by labels for a range query. */
export interface MatrixResult {
  readonly kind: 'matrix';
  readonly series: readonly SeriesColumns[];
}

/** What a query cost. */
export interface QueryStats {
  readonly seriesSelected: number;
  /** Samples read, one for each window or step a sample is used in, as Prometheus' `totalQueryableSamples`. */
  readonly samplesQueried: number;
  readonly samplesPeak: number;
  /** Memory held at once, estimated. */
  readonly bytesPeak: number;
  readonly elapsedMs: number;
}

export interface QueryAnswer {
  readonly result: QueryResult;
  /** Each text ends in the position ` (line:column)` it speaks of. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
  /** What each part of the query did, where that was asked for. */
  readonly explanation: Explanation | null;
}
