import { attributesFromJson } from './any-value-json.ts';
import { bytesToHex } from './byte-text.ts';
import { createItemBudget, type ItemBudget } from './item-budget.ts';
import { type JsonFields, jsonFields, jsonNumber } from './json-fields.ts';
import {
  type ExponentialBuckets,
  type ExponentialHistogramPoint,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type MetricsRequest,
  type NumberPoint,
  type OtlpExemplar,
  type PointBase,
  type SummaryPoint,
  TEMPORALITIES,
  type Temporality,
} from './metric.ts';
import { parseJson } from './parse-json.ts';
import { resourceFromJson, scopeFromJson } from './resource.ts';

const WHAT = 'OTLP metrics JSON';

/** Decodes an ExportMetricsServiceRequest in OTLP/JSON. Throws `DecodeError`, which names the field's path. */
export function decodeMetricsRequestJson(bytes: Uint8Array): MetricsRequest {
  const budget = createItemBudget(WHAT);
  const resourceMetrics = jsonFields(parseJson(bytes, WHAT), WHAT)
    .objects('resourceMetrics')
    .map((one) => {
      budget.spend();
      return {
        resource: resourceFromJson(one.object('resource'), budget),
        scopeMetrics: one.objects('scopeMetrics').map((scopeMetrics) => {
          budget.spend();
          return {
            scope: scopeFromJson(scopeMetrics.object('scope'), budget),
            metrics: scopeMetrics.objects('metrics').map((metric) => metricFromJson(metric, budget)),
          };
        }),
      };
    });
  return { resourceMetrics };
}

function metricFromJson(fields: JsonFields, budget: ItemBudget): Metric {
  budget.spend();
  return {
    name: fields.string('name'),
    description: fields.string('description'),
    unit: fields.string('unit'),
    data: dataFromJson(fields, budget),
  };
}

function dataFromJson(fields: JsonFields, budget: ItemBudget): MetricData {
  const gauge = fields.object('gauge');
  if (gauge !== undefined) return { kind: 'gauge', points: points(gauge, budget, numberPoint) };
  const sum = fields.object('sum');
  if (sum !== undefined)
    return {
      kind: 'sum',
      points: points(sum, budget, numberPoint),
      temporality: temporality(sum),
      monotonic: sum.boolean('isMonotonic'),
    };
  const histogram = fields.object('histogram');
  if (histogram !== undefined)
    return {
      kind: 'histogram',
      points: points(histogram, budget, histogramPoint),
      temporality: temporality(histogram),
    };
  const exponential = fields.object('exponentialHistogram');
  if (exponential !== undefined)
    return {
      kind: 'exponential_histogram',
      points: points(exponential, budget, exponentialPoint),
      temporality: temporality(exponential),
    };
  const summary = fields.object('summary');
  if (summary !== undefined) return { kind: 'summary', points: points(summary, budget, summaryPoint) };
  return { kind: 'none' };
}

function points<Point>(
  fields: JsonFields,
  budget: ItemBudget,
  fromJson: (fields: JsonFields, budget: ItemBudget) => Point,
): Point[] {
  return fields.objects('dataPoints').map((point) => {
    budget.spend();
    return fromJson(point, budget);
  });
}

function temporality(fields: JsonFields): Temporality {
  return TEMPORALITIES[fields.number('aggregationTemporality')] ?? 'unspecified';
}

function base(fields: JsonFields, budget: ItemBudget): PointBase {
  return {
    attributes: attributesFromJson(fields, 'attributes', budget),
    startTimeNs: fields.uint64('startTimeUnixNano'),
    timeNs: fields.uint64('timeUnixNano'),
    flags: fields.number('flags'),
  };
}

function numberPoint(fields: JsonFields, budget: ItemBudget): NumberPoint {
  return { ...base(fields, budget), ...measured(fields), exemplars: exemplars(fields, budget) };
}

function histogramPoint(fields: JsonFields, budget: ItemBudget): HistogramPoint {
  const explicitBounds = numbers(fields, 'explicitBounds');
  // A bound becomes a series.
  for (const _ of explicitBounds) budget.spend();
  return {
    ...base(fields, budget),
    ...extremes(fields),
    count: Number(fields.uint64('count')),
    bucketCounts: numbers(fields, 'bucketCounts'),
    explicitBounds,
    exemplars: exemplars(fields, budget),
  };
}

function exponentialPoint(fields: JsonFields, budget: ItemBudget): ExponentialHistogramPoint {
  return {
    ...base(fields, budget),
    ...extremes(fields),
    count: Number(fields.uint64('count')),
    scale: fields.number('scale'),
    zeroCount: Number(fields.uint64('zeroCount')),
    zeroThreshold: fields.number('zeroThreshold'),
    positive: buckets(fields.object('positive')),
    negative: buckets(fields.object('negative')),
    exemplars: exemplars(fields, budget),
  };
}

function summaryPoint(fields: JsonFields, budget: ItemBudget): SummaryPoint {
  return {
    ...base(fields, budget),
    count: Number(fields.uint64('count')),
    sum: fields.number('sum'),
    quantiles: fields.objects('quantileValues').map((value) => {
      budget.spend();
      return { quantile: value.number('quantile'), value: value.number('value') };
    }),
  };
}

function buckets(fields: JsonFields | undefined): ExponentialBuckets {
  if (fields === undefined) return { offset: 0, counts: [] };
  return { offset: fields.number('offset'), counts: numbers(fields, 'bucketCounts') };
}

function extremes(fields: JsonFields): { sum?: number; min?: number; max?: number } {
  return {
    ...(fields.has('sum') ? { sum: fields.number('sum') } : {}),
    ...(fields.has('min') ? { min: fields.number('min') } : {}),
    ...(fields.has('max') ? { max: fields.number('max') } : {}),
  };
}

function exemplars(fields: JsonFields, budget: ItemBudget): OtlpExemplar[] {
  return fields.objects('exemplars').map((exemplar) => {
    budget.spend();
    return {
      filteredAttributes: attributesFromJson(exemplar, 'filteredAttributes', budget),
      timeNs: exemplar.uint64('timeUnixNano'),
      ...measured(exemplar),
      traceId: bytesToHex(exemplar.hexBytes('traceId')),
      spanId: bytesToHex(exemplar.hexBytes('spanId')),
    };
  });
}

function measured(fields: JsonFields): { value: number | bigint; integer: boolean } {
  return fields.has('asInt')
    ? { value: fields.int64('asInt'), integer: true }
    : { value: fields.number('asDouble'), integer: false };
}

function numbers(fields: JsonFields, name: string): number[] {
  return fields
    .list(name)
    .map((element) => jsonNumber(element) ?? fields.fail(name, 'holds what is no number'));
}
