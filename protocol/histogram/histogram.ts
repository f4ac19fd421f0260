/**
 * A native histogram sample with float counts (Prometheus' FloatHistogram; integer histograms are converted,
 * which is exact to 2^53). Source: prometheus/prometheus model/histogram, and the native histogram
 * specification. Spans index buckets: `offset` buckets are skipped (the first span's offset is absolute), then
 * `length` populated buckets follow. Buckets hold absolute counts, not deltas.
 */
export interface Histogram {
  /** Exponential schemas -9..8 (bucket factor 2^(2^-schema)); -53: custom bounds (a classic histogram's). */
  readonly schema: number;
  readonly counterReset: 'unknown' | 'reset' | 'none' | 'gauge';
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly Span[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly Span[];
  readonly negativeBuckets: readonly number[];
  /** Upper bounds for schema -53, ascending, without +Inf. */
  readonly customBounds: readonly number[];
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

export const CUSTOM_BOUNDS_SCHEMA = -53;
