import { spansOf } from '@tocsin/protocol/histogram/buckets.ts';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { getLabel, type Labels, labelsKey, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import type { NotedSeries, NotedValue } from '@tocsin/protocol/series-notation/series-notation.ts';

interface Classic {
  readonly labels: Labels;
  readonly buckets: { readonly upper: number; readonly values: readonly NotedValue[] }[];
  sum: readonly NotedValue[];
  count: readonly NotedValue[];
}

/** Makes native histograms with custom bounds of classic ones, as a scrape with that option does. */
export function toCustomBuckets(series: readonly NotedSeries[]): NotedSeries[] {
  const classics = new Map<string, Classic>();
  for (const { labels, values } of series) {
    const [, name, part] = /^(.*)_(bucket|sum|count)$/.exec(getLabel(labels, METRIC_NAME)) ?? [];
    if (name === undefined) continue;
    const own = withLabel(withLabel(labels, METRIC_NAME, name), 'le', '');
    let classic = classics.get(labelsKey(own));
    if (classic === undefined) {
      classic = { labels: own, buckets: [], sum: [], count: [] };
      classics.set(labelsKey(own), classic);
    }
    if (part === 'sum') classic.sum = values;
    else if (part === 'count') classic.count = values;
    else classic.buckets.push({ upper: boundOf(getLabel(labels, 'le')), values });
  }
  return [...classics.values()].filter(({ buckets }) => buckets.length > 0).map(convert);
}

function boundOf(text: string): number {
  return /^\+?inf$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}

function convert({ labels, buckets, sum, count }: Classic): NotedSeries {
  buckets.sort((a, b) => a.upper - b.upper);
  const length = Math.max(...buckets.map(({ values }) => values.length));
  const values: NotedValue[] = [];
  for (let i = 0; i < length; i++) {
    const cumulative = buckets.map((bucket) => bucket.values[i]);
    values.push(
      cumulative.every((value) => typeof value === 'number')
        ? histogramOf(
            buckets.map(({ upper }) => upper),
            cumulative,
            sum[i],
            count[i],
          )
        : null,
    );
  }
  return { labels, values };
}

function histogramOf(
  bounds: readonly number[],
  cumulative: readonly number[],
  sum: NotedValue | undefined,
  count: NotedValue | undefined,
): Histogram {
  const total = typeof count === 'number' ? count : cumulative.at(-1)!;
  const ends = bounds.at(-1) === Number.POSITIVE_INFINITY ? cumulative : [...cumulative, total];
  const counts = ends.map((value, i) => value - (i > 0 ? ends[i - 1]! : 0));
  const indexes = counts.map((_count, i) => i).filter((i) => counts[i] !== 0);
  return {
    schema: CUSTOM_BOUNDS_SCHEMA,
    counterReset: 'unknown',
    zeroThreshold: 0,
    zeroCount: 0,
    count: total,
    sum: typeof sum === 'number' ? sum : 0,
    positiveSpans: spansOf(indexes),
    positiveBuckets: indexes.map((i) => counts[i]!),
    negativeSpans: [],
    negativeBuckets: [],
    customBounds: bounds.filter(Number.isFinite),
  };
}
