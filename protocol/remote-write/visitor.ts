import type { Histogram } from '../histogram/histogram.ts';
import type { MetricMetadata } from '../series/write-series.ts';

/**
 * Is called for what a write request holds, in its order, so that ingest needs no object per sample. Between two
 * calls of `series` everything belongs to the first.
 */
export interface WriteVisitor {
  /**
   * A series begins. `bytes[start..end)` are its labels as remote write 1.0 has them, whatever the request's version:
   * `repeated Label labels = 1` with `string name = 1, value = 2`. Not checked; valid during the call only.
   */
  series(bytes: Uint8Array, start: number, end: number): void;
  /** `startTimestampMs` is 0 when the sender gave none. A stale marker arrives with its bits. */
  sample(timestampMs: number, value: number, startTimestampMs: number): void;
  histogram(timestampMs: number, histogram: Histogram, startTimestampMs: number): void;
  /** A histogram that is none (negative counts, spans that do not fit the buckets); the series goes on. */
  badHistogram(reason: string): void;
  /** `bytes[start..end)` are the exemplar's labels, as for `series`. */
  exemplar(bytes: Uint8Array, start: number, end: number, value: number, timestampMs: number): void;
  metadata(metadata: MetricMetadata): void;
}
