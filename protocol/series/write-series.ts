import type { Labels } from '../labels/labels.ts';
import type { SeriesColumns } from './series.ts';

/**
 * What a decoder that is not hot hands to ingest: the samples of one series, in the order they were sent, plus
 * what rides along. The columns are typed arrays because a plain array may change a stale marker's bits.
 */
export interface WriteSeries extends SeriesColumns {
  readonly exemplars?: readonly Exemplar[];
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch; absent when the sender gave none. */
  readonly timestampMs?: number;
}

export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface MetricMetadata {
  /** The family's name: without `_bucket`, `_sum`, `_count`. */
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}
