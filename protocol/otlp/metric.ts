import type { Attribute } from './any-value.ts';
import type { Resource, Scope } from './resource.ts';

/** An ExportMetricsServiceRequest (opentelemetry/proto/metrics/v1). */
export interface MetricsRequest {
  readonly resourceMetrics: readonly ResourceMetrics[];
}

export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: readonly ScopeMetrics[];
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly description: string;
  /** UCUM: `s`, `By`, `{request}/s`. */
  readonly unit: string;
  readonly data: MetricData;
}

export type MetricData =
  | { readonly kind: 'none' }
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly points: readonly NumberPoint[];
      readonly temporality: Temporality;
      readonly monotonic: boolean;
    }
  | {
      readonly kind: 'histogram';
      readonly points: readonly HistogramPoint[];
      readonly temporality: Temporality;
    }
  | {
      readonly kind: 'exponential_histogram';
      readonly points: readonly ExponentialHistogramPoint[];
      readonly temporality: Temporality;
    }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] };

export type Temporality = 'unspecified' | 'delta' | 'cumulative';

/** By the number in AggregationTemporality. */
export const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

/** DataPointFlags: the point says that there is no value any more. */
export const FLAG_NO_RECORDED_VALUE = 1;

export interface PointBase {
  readonly attributes: readonly Attribute[];
  /** Nanoseconds since the epoch; 0n when not said. */
  readonly startTimeNs: bigint;
  readonly timeNs: bigint;
  readonly flags: number;
}

export interface NumberPoint extends PointBase {
  readonly value: number | bigint;
  /** OTLP keeps integers and doubles apart; a counter of bytes beyond 2^53 is a bigint. */
  readonly integer: boolean;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface HistogramPoint extends PointBase {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  /** Not cumulative; one more than the bounds, or none. */
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly OtlpExemplar[];
}

export interface ExponentialHistogramPoint extends PointBase {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface SummaryPoint extends PointBase {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface OtlpExemplar {
  readonly filteredAttributes: readonly Attribute[];
  readonly timeNs: bigint;
  readonly value: number | bigint;
  readonly integer: boolean;
  readonly traceId: string;
  readonly spanId: string;
}
