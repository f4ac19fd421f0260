/** What the log store takes and holds at most. Each has a counter when it bites and an answer that names it. */
export interface LogLimits {
  /** Lines in memory before they are sealed into a block, in bytes as sent. */
  readonly headBytesMax: number;
  /** The same before lines are refused because sealing does not keep up. */
  readonly headBytesHard: number;
  /** How long a line may wait in memory and journal for its block. */
  readonly headAgeMsMax: number;
  /** Label sets among the lines in memory: labels are for what has few values, the rest is structured metadata. */
  readonly streamsMax: number;
  readonly labelsPerStreamMax: number;
  readonly labelNameLengthMax: number;
  readonly labelValueLengthMax: number;
  readonly lineLengthMax: number;
  /** Names and values of one line's structured metadata together. */
  readonly metadataLengthMax: number;
  readonly metadataPairsMax: number;
  readonly futureMsMax: number;
  /** Free disk space below which lines are refused. */
  readonly freeBytesMin: number;
  /** Of one answer. */
  readonly linesPerQueryMax: number;
  readonly bytesPerQueryMax: number;
  /** Uncompressed bytes one query may read. */
  readonly scannedBytesPerQueryMax: number;
  readonly queryTimeoutMs: number;
  readonly queriesMax: number;
  /** Label sets in one answer of the series API. */
  readonly seriesPerAnswerMax: number;
}

export const DEFAULT_LOG_LIMITS: LogLimits = {
  headBytesMax: 8 * 2 ** 20,
  headBytesHard: 64 * 2 ** 20,
  headAgeMsMax: 60 * 60_000,
  streamsMax: 10_000,
  labelsPerStreamMax: 32,
  labelNameLengthMax: 1024,
  labelValueLengthMax: 2048,
  lineLengthMax: 256 * 1024,
  metadataLengthMax: 64 * 1024,
  metadataPairsMax: 128,
  futureMsMax: 10 * 60_000,
  freeBytesMin: 64 * 2 ** 20,
  linesPerQueryMax: 5000,
  bytesPerQueryMax: 64 * 2 ** 20,
  scannedBytesPerQueryMax: 16 * 2 ** 30,
  queryTimeoutMs: 60_000,
  queriesMax: 16,
  seriesPerAnswerMax: 10_000,
};

/** Of one block's part that is compressed and read as a whole: uncompressed bytes, and the time it may span. */
export const CHUNK_BYTES_MAX = 256 * 1024;
export const CHUNK_SPAN_NS_MAX = 24n * 3600n * 1_000_000_000n;
