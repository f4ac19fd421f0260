import { METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { NamedCount, StoreStatistics } from '../api/series-reader.ts';
import type { Head } from '../head/head.ts';

// More than anyone shows; the API cuts it to what was asked for.
const TOP_COUNT = 100;

/** What the head holds, with the labels and metrics that have most of it. */
export function ownerStatistics(head: Head): StoreStatistics {
  const { table } = head;
  const seriesByMetric: NamedCount[] = [];
  const valuesByLabel: NamedCount[] = [];
  const seriesByLabelPair: NamedCount[] = [];
  const bytesByLabel: NamedCount[] = [];
  for (const name of table.names()) {
    let values = 0;
    let bytes = 0;
    for (const [value, series] of table.valuesOf(name)) {
      values++;
      bytes += value.length * series.length;
      seriesByLabelPair.push({ name: `${name}=${value}`, count: series.length });
      if (name === METRIC_NAME) seriesByMetric.push({ name: value, count: series.length });
    }
    valuesByLabel.push({ name, count: values });
    bytesByLabel.push({ name, count: bytes });
  }
  let minTimeMs = Number.POSITIVE_INFINITY;
  let maxTimeMs = Number.NEGATIVE_INFINITY;
  for (const range of [...head.sealing, ...head.ranges.values()]) {
    minTimeMs = Math.min(minTimeMs, range.startMs);
    maxTimeMs = Math.max(maxTimeMs, range.endMs);
  }
  return {
    seriesCount: table.seriesCount,
    chunkCount: [...head.ranges.values()].reduce((sum, range) => sum + range.seriesCount, 0),
    minTimeMs: Number.isFinite(minTimeMs) ? minTimeMs : null,
    maxTimeMs: Number.isFinite(maxTimeMs) ? maxTimeMs : null,
    seriesByMetric: top(seriesByMetric),
    valuesByLabel: top(valuesByLabel),
    seriesByLabelPair: top(seriesByLabelPair),
    bytesByLabel: top(bytesByLabel),
  };
}

function top(counts: NamedCount[]): NamedCount[] {
  return counts.sort((a, b) => b.count - a.count).slice(0, TOP_COUNT);
}
