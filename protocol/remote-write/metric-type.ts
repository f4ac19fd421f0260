import type { MetricType } from '../series/write-series.ts';

/** By the number both versions of remote write use. */
const TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

export function metricTypeOf(number: number): MetricType {
  return TYPES[number] ?? 'unknown';
}

export function numberOfMetricType(type: MetricType): number {
  return TYPES.indexOf(type);
}
