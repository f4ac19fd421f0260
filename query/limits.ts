/** What one query may cost. Each has its own error, which names the limit. */
export interface QueryLimits {
  /** Samples held in memory at once, as Prometheus' `query.max-samples` counts them. */
  readonly samplesMax: number;
  /** Bytes of what a query holds in memory at once: samples, labels, histograms; estimated. */
  readonly bytesMax: number;
  /** How many share the limits on what is held, each working on its own part of the series: 1 for the whole query. */
  readonly shares: number;
  /** Series one selector may return. */
  readonly seriesMax: number;
  /** Points a series of a range query may have. */
  readonly pointsPerSeriesMax: number;
  /** Points a subquery may be evaluated at. */
  readonly subqueryPointsMax: number;
  /** The resolution of a subquery that names none; Prometheus' global evaluation interval. */
  readonly subqueryStepMs: number;
  /** Wall-clock time of one query. */
  readonly timeoutMs: number;
  /** Length of the query's text, in UTF-16 units. */
  readonly queryLengthMax: number;
  /** Length of a label's value that a function makes, in UTF-16 units. */
  readonly labelValueLengthMax: number;
  /** Steps that may be taken to find the groups of an expression in one value, which nothing can interrupt. */
  readonly submatchStepsMax: number;
  /** Steps that matching an expression with one value may take at worst; most take one a character. */
  readonly matchStepsMax: number;
  /** How long evaluation runs before it lets other work of the process go on. */
  readonly sliceMs: number;
}

export const DEFAULT_LIMITS: QueryLimits = {
  samplesMax: 50_000_000,
  bytesMax: 2 ** 30,
  shares: 1,
  seriesMax: 500_000,
  pointsPerSeriesMax: 11_000,
  subqueryPointsMax: 1_000_000,
  subqueryStepMs: 60_000,
  timeoutMs: 120_000,
  queryLengthMax: 64 * 1024,
  labelValueLengthMax: 16_384,
  submatchStepsMax: 2 ** 20,
  matchStepsMax: 2 ** 24,
  sliceMs: 20,
};

export const DEFAULT_LOOKBACK_MS = 5 * 60_000;
