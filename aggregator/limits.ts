/** What the aggregator takes at most. Each has a counter when it bites and an answer that names it. */
export interface AggregatorLimits {
  /** Of one request as it is sent, and uncompressed. */
  readonly requestBytesMax: number;
  readonly uncompressedBytesMax: number;
  /** Requests being taken in at once; beyond it they are asked to come back. */
  readonly requestsMax: number;
  /** Series with samples in memory. */
  readonly seriesMax: number;
  /** So many series without samples in memory are kept in the tables before they are gone through. */
  readonly deadSeriesMin: number;
  readonly seriesPerMetricMax: number;
  /** Series that one sending token has brought. */
  readonly seriesPerSenderMax: number;
  /** In its place, by the sender's name. */
  readonly seriesOfSenderMax: Readonly<Record<string, number>>;
  /** Values of one label name among the series in memory. */
  readonly valuesPerLabelMax: number;
  readonly labelsPerSeriesMax: number;
  /** In UTF-16 units. */
  readonly labelNameLengthMax: number;
  readonly labelValueLengthMax: number;
  readonly futureMsMax: number;
  readonly exemplarsMax: number;
  readonly metadataMax: number;
  /** Free disk space below which ingest is refused, so that sealing and deleting still work. */
  readonly freeBytesMin: number;
  /** Time ranges open in memory at once; beyond it the quietest is sealed. */
  readonly openRangesMax: number;
  /** Samples in the open windows of stream aggregation, over all owners. */
  readonly streamSamplesMax: number;
  /** Refused samples named in one answer; the rest is counted. */
  readonly refusalsNamedMax: number;
  /** Bytes of partition indexes kept in memory. */
  readonly indexCacheBytesMax: number;
  /** Bytes of data blocks that queries came back to kept in memory. */
  readonly blockCacheBytesMax: number;
}

export const DEFAULT_AGGREGATOR_LIMITS: AggregatorLimits = {
  requestBytesMax: 32 * 2 ** 20,
  uncompressedBytesMax: 128 * 2 ** 20,
  requestsMax: 64,
  seriesMax: 4_000_000,
  deadSeriesMin: 10_000,
  seriesPerMetricMax: 1_000_000,
  seriesPerSenderMax: 4_000_000,
  seriesOfSenderMax: {},
  valuesPerLabelMax: 1_000_000,
  labelsPerSeriesMax: 64,
  labelNameLengthMax: 1_024,
  labelValueLengthMax: 16_384,
  futureMsMax: 10 * 60_000,
  exemplarsMax: 10_000,
  metadataMax: 20_000,
  freeBytesMin: 64 * 2 ** 20,
  openRangesMax: 256,
  streamSamplesMax: 20_000_000,
  refusalsNamedMax: 10,
  indexCacheBytesMax: 48 * 2 ** 20,
  blockCacheBytesMax: 16 * 2 ** 20,
};
