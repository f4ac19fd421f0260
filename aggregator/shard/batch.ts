import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Exemplar, MetricMetadata } from '@tocsin/protocol/series/write-series.ts';

/** Samples as they are journalled and applied. Series are numbers: an owner's own, or a record's. */
export interface Batch {
  /** Float samples in columns; only the first `count` elements count. */
  readonly count: number;
  readonly series: Uint32Array;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** When each sample's counter began, 0 where that is not known; null when it is known of none. */
  readonly startsMs: Float64Array | null;
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

/**
 * What ingest hands to a shard owner: what one or more requests have for it. Series are refs, which the two agree on: a
 * ref is defined in the batch that uses it first, and holds until it is forgotten. A plain value.
 */
export interface OwnerBatch extends Batch {
  readonly definitions: SeriesDefinitions | null;
  /** Three numbers for each request: where it ends among the samples, the histograms, the exemplars. */
  readonly ends: Uint32Array;
  /** When it was taken in. */
  readonly nowMs: number;
}

export interface SeriesDefinitions {
  readonly refs: Uint32Array;
  /** Canonical label bytes, one behind the other. */
  readonly keys: Uint8Array;
  readonly keyLengths: Uint32Array;
}

/** What became of one request's part; counts are of what is kept now. */
export interface RequestOutcome {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Samples that were there already. */
  readonly repeated: number;
  /** Samples whose timestamp has another value. */
  readonly conflicts: number;
  /** The first few of those. */
  readonly conflicting: readonly { readonly labels: Labels; readonly timestampMs: number }[];
  /** Samples for stream aggregation whose window was closed meanwhile, or for which there was no room; absent: none. */
  readonly late?: number;
  readonly overfull?: number;
}
