import type { Exemplar, MetricMetadata } from '@tocsin/protocol/series/write-series.ts';

/** What one request adds to a shard owner: the unit of the journal. Series are the owner's numbers. */
export interface Batch {
  /** Series whose labels go into the record, so that the log can be replayed from this epoch on. */
  readonly definitions: readonly number[];
  /** Float samples in columns; only the first `count` elements count. */
  readonly count: number;
  readonly series: Uint32Array;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly histograms: readonly HistogramEntry[];
  readonly exemplars: readonly ExemplarEntry[];
  readonly metadata: readonly MetricMetadata[];
}

export interface HistogramEntry {
  readonly series: number;
  readonly timestampMs: number;
  /** The sample as a remote-write Histogram message, timestamp included. */
  readonly message: Uint8Array;
}

export interface ExemplarEntry {
  readonly series: number;
  readonly exemplar: Exemplar & { readonly timestampMs: number };
}
