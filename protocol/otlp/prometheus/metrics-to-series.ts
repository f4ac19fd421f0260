import { createSeriesBuilder } from '../../series/series-builder.ts';
import type { MetricMetadata, WriteSeries } from '../../series/write-series.ts';
import type { Metric, MetricData, MetricsRequest, PointBase, ResourceMetrics } from '../metric.ts';
import type { Refusals } from '../refusals.ts';
import type { Scope } from '../resource.ts';
import { attributeLabels } from './attribute-labels.ts';
import { metricMetadata } from './metadata.ts';
import { prometheusMetricName } from './metric-name.ts';
import {
  addExponentialPoint,
  addHistogramPoint,
  addNumberPoint,
  addSummaryPoint,
  type PointSeries,
} from './point-series.ts';
import { nsToMs } from './point-time.ts';
import { resourceLabels } from './resource-labels.ts';

export interface OtlpTranslation {
  /** Resource attributes that become labels of every series, not only of target_info. */
  readonly promoteResourceAttributes: readonly string[];
  /** Puts otel_scope_name, otel_scope_version and otel_scope_<attribute> on every series. */
  readonly promoteScope: boolean;
}

export const DEFAULT_TRANSLATION: OtlpTranslation = { promoteResourceAttributes: [], promoteScope: false };

export interface TranslatedMetrics {
  readonly series: readonly WriteSeries[];
  readonly metadata: readonly MetricMetadata[];
}

/**
 * OTLP metrics as Prometheus series, by the OpenTelemetry specification's compatibility/
 * prometheus_and_openmetrics.md ("OTLP Metric points to Prometheus"). Points that have no Prometheus form, such as
 * delta temporality, are counted in `refusals`; the rest is kept.
 */
export function otlpMetricsToSeries(
  request: MetricsRequest,
  refusals: Refusals,
  translation: OtlpTranslation = DEFAULT_TRANSLATION,
): TranslatedMetrics {
  const builder = createSeriesBuilder();
  const metadata = new Map<string, MetricMetadata>();
  for (const resourceMetrics of request.resourceMetrics) {
    const { identity, targetInfo } = resourceLabels(
      resourceMetrics.resource,
      translation.promoteResourceAttributes,
    );
    for (const { scope, metrics } of resourceMetrics.scopeMetrics) {
      const labels = translation.promoteScope ? [...scopeLabels(scope), ...identity] : identity;
      for (const metric of metrics) {
        const name = prometheusMetricName(metric);
        if (name === '') {
          refusals.add('the metric has no name', pointsOf(metric.data).length);
          continue;
        }
        if (metric.data.kind !== 'none') metadata.set(name, metricMetadata(metric, name));
        const isCounter = countsUp(metric.data);
        addMetric({ name, identity: labels, builder, isCounter }, metric, refusals);
      }
    }
    const latestNs = latestTimeNs(resourceMetrics);
    if (targetInfo !== undefined && latestNs > 0n) {
      builder.addValue(targetInfo, nsToMs(latestNs), 1);
      metadata.set('target_info', {
        metric: 'target_info',
        type: 'gauge',
        help: 'Target metadata',
        unit: '',
      });
    }
  }
  return { series: builder.build(), metadata: [...metadata.values()] };
}

function addMetric(series: PointSeries, { data }: Metric, refusals: Refusals): void {
  const refusedKind = refusalOfKind(data);
  if (refusedKind !== undefined) {
    refusals.add(refusedKind, pointsOf(data).length);
    return;
  }
  const add = <Point extends PointBase>(
    points: readonly Point[],
    addPoint: (series: PointSeries, point: Point) => string | undefined,
  ): void => {
    for (const point of points) {
      const refusal = point.timeNs === 0n ? 'the point has no time' : addPoint(series, point);
      if (refusal !== undefined) refusals.add(`${refusal} (metric ${series.name})`);
    }
  };
  if (data.kind === 'gauge' || data.kind === 'sum') add(data.points, addNumberPoint);
  else if (data.kind === 'histogram') add(data.points, addHistogramPoint);
  else if (data.kind === 'exponential_histogram') add(data.points, addExponentialPoint);
  else if (data.kind === 'summary') add(data.points, addSummaryPoint);
}

/** Whether the points' start times say when a counter began. */
function countsUp(data: MetricData): boolean {
  return data.kind === 'sum' ? data.monotonic : data.kind !== 'gauge';
}

function refusalOfKind(data: MetricData): string | undefined {
  if (!('temporality' in data) || data.temporality === 'cumulative') return undefined;
  return data.temporality === 'delta'
    ? 'delta temporality; set the exporter to cumulative'
    : 'the aggregation temporality is unspecified';
}

function pointsOf(data: MetricData): readonly PointBase[] {
  return data.kind === 'none' ? [] : data.points;
}

function latestTimeNs({ scopeMetrics }: ResourceMetrics): bigint {
  let latest = 0n;
  for (const { metrics } of scopeMetrics)
    for (const { data } of metrics)
      for (const { timeNs } of pointsOf(data)) if (timeNs > latest) latest = timeNs;
  return latest;
}

function scopeLabels({ name, version, attributes }: Scope): [string, string][] {
  const labels: [string, string][] = [];
  if (name !== '') labels.push(['otel_scope_name', name]);
  if (version !== '') labels.push(['otel_scope_version', version]);
  for (const [label, value] of attributeLabels(attributes)) labels.push([`otel_scope_${label}`, value]);
  return labels;
}
