import { attributesToJson, numberToJson } from './any-value-json.ts';
import {
  type ExponentialHistogramPoint,
  type HistogramPoint,
  type Metric,
  type MetricsRequest,
  type NumberPoint,
  type OtlpExemplar,
  type PointBase,
  type SummaryPoint,
  TEMPORALITIES,
  type Temporality,
} from './metric.ts';
import { resourceToJson, scopeToJson } from './resource.ts';

/** Encodes an ExportMetricsServiceRequest as OTLP/JSON. */
export function encodeMetricsRequestJson(request: MetricsRequest): string {
  return JSON.stringify({
    resourceMetrics: request.resourceMetrics.map(({ resource, scopeMetrics }) => ({
      resource: resourceToJson(resource),
      scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
        scope: scopeToJson(scope),
        metrics: metrics.map(metricToJson),
      })),
    })),
  });
}

function metricToJson({ name, description, unit, data }: Metric): object {
  return { name, description, unit, ...dataToJson(data) };
}

function dataToJson(data: Metric['data']): object {
  switch (data.kind) {
    case 'none':
      return {};
    case 'gauge':
      return { gauge: { dataPoints: data.points.map(numberPoint) } };
    case 'sum':
      return {
        sum: { dataPoints: data.points.map(numberPoint), ...temporality(data), isMonotonic: data.monotonic },
      };
    case 'histogram':
      return { histogram: { dataPoints: data.points.map(histogramPoint), ...temporality(data) } };
    case 'exponential_histogram':
      return {
        exponentialHistogram: { dataPoints: data.points.map(exponentialPoint), ...temporality(data) },
      };
    case 'summary':
      return { summary: { dataPoints: data.points.map(summaryPoint) } };
  }
}

function temporality(data: { readonly temporality: Temporality }): object {
  return { aggregationTemporality: TEMPORALITIES.indexOf(data.temporality) };
}

function base({ attributes, startTimeNs, timeNs, flags }: PointBase): object {
  return {
    attributes: attributesToJson(attributes),
    startTimeUnixNano: String(startTimeNs),
    timeUnixNano: String(timeNs),
    flags,
  };
}

function numberPoint(point: NumberPoint): object {
  return { ...base(point), ...measured(point), exemplars: point.exemplars.map(exemplarToJson) };
}

function histogramPoint(point: HistogramPoint): object {
  return {
    ...base(point),
    ...extremes(point),
    count: String(point.count),
    bucketCounts: point.bucketCounts.map(String),
    explicitBounds: point.explicitBounds.map(numberToJson),
    exemplars: point.exemplars.map(exemplarToJson),
  };
}

function exponentialPoint(point: ExponentialHistogramPoint): object {
  const { positive, negative } = point;
  return {
    ...base(point),
    ...extremes(point),
    count: String(point.count),
    scale: point.scale,
    zeroCount: String(point.zeroCount),
    zeroThreshold: numberToJson(point.zeroThreshold),
    positive: { offset: positive.offset, bucketCounts: positive.counts.map(String) },
    negative: { offset: negative.offset, bucketCounts: negative.counts.map(String) },
    exemplars: point.exemplars.map(exemplarToJson),
  };
}

function summaryPoint(point: SummaryPoint): object {
  const quantileValues = point.quantiles.map(({ quantile, value }) => ({
    quantile: numberToJson(quantile),
    value: numberToJson(value),
  }));
  return { ...base(point), count: String(point.count), sum: numberToJson(point.sum), quantileValues };
}

function extremes({ sum, min, max }: HistogramPoint | ExponentialHistogramPoint): object {
  return {
    ...(sum === undefined ? {} : { sum: numberToJson(sum) }),
    ...(min === undefined ? {} : { min: numberToJson(min) }),
    ...(max === undefined ? {} : { max: numberToJson(max) }),
  };
}

function exemplarToJson(exemplar: OtlpExemplar): object {
  return {
    filteredAttributes: attributesToJson(exemplar.filteredAttributes),
    timeUnixNano: String(exemplar.timeNs),
    ...measured(exemplar),
    traceId: exemplar.traceId,
    spanId: exemplar.spanId,
  };
}

function measured({ value, integer }: NumberPoint | OtlpExemplar): object {
  return integer ? { asInt: String(value) } : { asDouble: numberToJson(Number(value)) };
}
