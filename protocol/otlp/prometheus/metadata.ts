import type { MetricMetadata, MetricType } from '../../series/write-series.ts';
import type { Metric } from '../metric.ts';
import { unitWords } from './unit.ts';

export function metricMetadata(metric: Metric, name: string): MetricMetadata {
  const { main, per } = unitWords(metric.unit);
  const unit = [main, per].filter((word) => word !== '').join('_');
  return { metric: name, type: metricType(metric), help: metric.description, unit };
}

function metricType({ data }: Metric): MetricType {
  switch (data.kind) {
    case 'none':
      return 'unknown';
    case 'gauge':
    case 'summary':
    case 'histogram':
      return data.kind;
    case 'sum':
      return data.monotonic ? 'counter' : 'gauge';
    case 'exponential_histogram':
      return 'histogram';
  }
}
