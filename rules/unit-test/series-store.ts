import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { getLabel, type Labels, labelsKey, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { Selection, Storage } from '@tocsin/query/storage.ts';

export type SampleValue = number | Histogram | 'stale';

/** The samples of one unit test: what it puts in, and what its rules record. Takes what a Prometheus would take. */
export interface SeriesStore extends Storage {
  /** Null, or why a Prometheus would refuse the sample: it comes too late, or differs from one of the same time. */
  add(labels: Labels, timestampMs: number, value: SampleValue): string | null;
}

/** Columns that grow by doubling; the evaluator reads views of them. */
interface StoredSeries {
  readonly labels: Labels;
  timestampsMs: Float64Array;
  values: Float64Array;
  readonly histograms: (Histogram | null)[];
  hasHistograms: boolean;
  count: number;
  last: SampleValue;
}

export function createSeriesStore(): SeriesStore {
  const byMetric = new Map<string, Map<string, StoredSeries>>();

  return {
    add(labels, timestampMs, value) {
      const series = seriesOf(byMetric, labels);
      const { count } = series;
      if (count > 0) {
        const lastMs = series.timestampsMs[count - 1]!;
        if (timestampMs < lastMs) return 'out of order sample';
        if (timestampMs === lastMs)
          return same(series.last, value) ? null : 'duplicate sample for timestamp with another value';
      }
      append(series, timestampMs, typeof value === 'object' ? withHint(value, series) : value);
      return null;
    },
    async select({ matchers, minTimestampMs, maxTimestampMs }: Selection) {
      const compiled = matchers.map(compileMatcher);
      const metric = matchers.find(({ kind, name }) => kind === '=' && name === METRIC_NAME)?.value;
      const candidates = metric === undefined ? [...byMetric.values()] : [byMetric.get(metric) ?? new Map()];
      const found: SeriesColumns[] = [];
      for (const family of candidates) {
        for (const series of family.values()) {
          if (!compiled.every(({ matcher, matches }) => matches(getLabel(series.labels, matcher.name))))
            continue;
          const columns = view(series, minTimestampMs, maxTimestampMs);
          if (columns.timestampsMs.length > 0) found.push(columns);
        }
      }
      return found;
    },
  };
}

function seriesOf(byMetric: Map<string, Map<string, StoredSeries>>, labels: Labels): StoredSeries {
  const metric = getLabel(labels, METRIC_NAME);
  let family = byMetric.get(metric);
  if (!family) {
    family = new Map();
    byMetric.set(metric, family);
  }
  const key = labelsKey(labels);
  let series = family.get(key);
  if (!series) {
    series = {
      labels,
      timestampsMs: new Float64Array(16),
      values: new Float64Array(16),
      histograms: [],
      hasHistograms: false,
      count: 0,
      last: 'stale',
    };
    family.set(key, series);
  }
  return series;
}

function append(series: StoredSeries, timestampMs: number, value: SampleValue): void {
  const { count } = series;
  if (count === series.timestampsMs.length) {
    series.timestampsMs = grown(series.timestampsMs);
    series.values = grown(series.values);
  }
  series.timestampsMs[count] = timestampMs;
  if (value === 'stale') writeStale(series.values, count);
  else series.values[count] = typeof value === 'number' ? value : Number.NaN;
  series.histograms.push(typeof value === 'object' ? value : null);
  series.hasHistograms ||= typeof value === 'object';
  series.count++;
  series.last = value;
}

function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** A counter's histograms say whether they follow from the one before, as a Prometheus' chunks make them. */
function withHint(histogram: Histogram, { count, last }: StoredSeries): Histogram {
  if (histogram.counterReset === 'gauge' || histogram.counterReset === 'reset') return histogram;
  const plain: Histogram = { ...histogram, counterReset: 'unknown' };
  if (count === 0 || typeof last !== 'object' || last.counterReset === 'gauge') return plain;
  return { ...plain, counterReset: detectReset(plain, last) ? 'reset' : 'none' };
}

function same(a: SampleValue, b: SampleValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  return (
    JSON.stringify({ ...a, counterReset: 'unknown' }) === JSON.stringify({ ...b, counterReset: 'unknown' })
  );
}

/** The samples after `minMs` and up to `maxMs`. */
function view(series: StoredSeries, minMs: number, maxMs: number): SeriesColumns {
  const from = firstAfter(series, minMs);
  const to = firstAfter(series, maxMs);
  return {
    labels: series.labels,
    timestampsMs: series.timestampsMs.subarray(from, to),
    values: series.values.subarray(from, to),
    ...(series.hasHistograms ? { histograms: series.histograms.slice(from, to) } : {}),
  };
}

function firstAfter({ timestampsMs, count }: StoredSeries, timeMs: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
