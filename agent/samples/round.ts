import { type Labels, labelsFromPairs, labelsKey, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { MetricMetadata, WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import type { Emit, Metric } from '../collect/collector.ts';

/** What one look at something gave: the same moment for all samples. */
export interface Round {
  readonly series: readonly WriteSeries[];
  readonly metadata: readonly MetricMetadata[];
}

/**
 * Gathers samples under common labels. A sample's own label goes before a common one of the same name; a
 * second sample of the same series is left out.
 */
export function createRound(
  common: Readonly<Record<string, string>>,
  atMs: number,
): { emit: Emit; round: Round } {
  const series: WriteSeries[] = [];
  const seen = new Set<string>();
  const metrics = new Set<Metric>();
  const metadata: MetricMetadata[] = [];
  const emit: Emit = (metric, value, own = {}) => {
    // Text that was no number; a NaN would be a sample all the same.
    if (Number.isNaN(value)) return;
    const labels = withCommon(metric.name, common, own);
    const key = labelsKey(labels);
    if (seen.has(key)) return;
    seen.add(key);
    series.push({ labels, timestampsMs: Float64Array.of(atMs), values: Float64Array.of(value) });
    if (metrics.has(metric)) return;
    metrics.add(metric);
    metadata.push({ metric: metric.name, type: metric.type, help: metric.help, unit: '' });
  };
  return { emit, round: { series, metadata } };
}

export function withCommon(
  name: string,
  common: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Labels {
  return labelsFromPairs([...Object.entries(common), ...Object.entries(own), [METRIC_NAME, name]]);
}
