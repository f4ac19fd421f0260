import type { Labels } from '../labels/labels.ts';
import type { Exemplar, MetricMetadata, MetricType } from '../series/write-series.ts';

/** `text` is Prometheus' text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** One line: `labels` includes `__name__`. */
export interface ExpositionSample {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch; absent when the line carries none. */
  readonly timestampMs?: number;
  readonly exemplar?: Exemplar;
}

/** A metric family to render; each sample's `__name__` is the full one (`x_total`, `x_bucket`). */
export interface ExpositionFamily extends MetricMetadata {
  readonly samples: readonly ExpositionSample[];
}

/** A line that was refused: line and column count from 1, the column in characters. */
export interface ExpositionError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export const METRIC_TYPES: ReadonlySet<string> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);
