import { type Labels, labelsFromPairs, METRIC_NAME, withLabel } from '../../labels/labels.ts';
import type { SeriesBuilder } from '../../series/series-builder.ts';
import {
  type ExponentialHistogramPoint,
  FLAG_NO_RECORDED_VALUE,
  type HistogramPoint,
  type NumberPoint,
  type PointBase,
  type SummaryPoint,
} from '../metric.ts';
import { attributeLabels } from './attribute-labels.ts';
import { formatDecimal } from './decimal.ts';
import { toExemplar } from './exemplar.ts';
import { toNativeHistogram } from './exponential-histogram.ts';
import { nsToMs } from './point-time.ts';

/** Puts the points of one metric into series. Each `add` answers why the point is refused, or nothing. */
export interface PointSeries {
  readonly name: string;
  /** Labels of the resource (and scope), which win over the point's attributes. */
  readonly identity: readonly (readonly [name: string, value: string])[];
  readonly builder: SeriesBuilder;
  /** Its points only grow from their start time on. */
  readonly isCounter: boolean;
}

export function addNumberPoint(series: PointSeries, point: NumberPoint): string | undefined {
  const labels = seriesLabels(series, point, '');
  addValue(series, labels, point, Number(point.value));
  for (const exemplar of point.exemplars) series.builder.addExemplar(labels, toExemplar(exemplar));
  return undefined;
}

export function addHistogramPoint(series: PointSeries, point: HistogramPoint): string | undefined {
  const { bucketCounts, explicitBounds } = point;
  if (bucketCounts.length !== 0 && bucketCounts.length !== explicitBounds.length + 1)
    return 'a histogram must have one bucket more than bounds';
  const increasing = explicitBounds.every((bound, i) => i === 0 || bound > explicitBounds[i - 1]!);
  if (!increasing || !explicitBounds.every(Number.isFinite))
    return "a histogram's bounds must be finite and increase";
  if (point.sum !== undefined) addValue(series, seriesLabels(series, point, '_sum'), point, point.sum);
  addValue(series, seriesLabels(series, point, '_count'), point, point.count);
  const bucket = seriesLabels(series, point, '_bucket');
  const exemplars = point.exemplars.map(toExemplar);
  let cumulative = 0;
  let below = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= explicitBounds.length; i++) {
    const bound = explicitBounds[i] ?? Number.POSITIVE_INFINITY;
    cumulative += bucketCounts[i] ?? 0;
    const labels = withLabel(bucket, 'le', formatDecimal(bound));
    // The last bucket is the count: a sender may leave out the buckets altogether.
    addValue(series, labels, point, i === explicitBounds.length ? point.count : cumulative);
    for (const exemplar of exemplars)
      if (exemplar.value > below && exemplar.value <= bound) series.builder.addExemplar(labels, exemplar);
    below = bound;
  }
  return undefined;
}

export function addExponentialPoint(
  series: PointSeries,
  point: ExponentialHistogramPoint,
): string | undefined {
  const labels = seriesLabels(series, point, '');
  if (isStalePoint(point)) {
    series.builder.addStale(labels, nsToMs(point.timeNs));
    return undefined;
  }
  const histogram = toNativeHistogram(point);
  if (typeof histogram === 'string') return histogram;
  series.builder.addHistogram(labels, nsToMs(point.timeNs), histogram, nsToMs(point.startTimeNs));
  for (const exemplar of point.exemplars) series.builder.addExemplar(labels, toExemplar(exemplar));
  return undefined;
}

export function addSummaryPoint(series: PointSeries, point: SummaryPoint): string | undefined {
  addValue(series, seriesLabels(series, point, '_sum'), point, point.sum);
  addValue(series, seriesLabels(series, point, '_count'), point, point.count);
  const labels = seriesLabels(series, point, '');
  const quantiles = { ...series, isCounter: false };
  for (const { quantile, value } of point.quantiles)
    addValue(quantiles, withLabel(labels, 'quantile', formatDecimal(quantile)), point, value);
  return undefined;
}

function seriesLabels({ name, identity }: PointSeries, point: PointBase, suffix: string): Labels {
  return labelsFromPairs([...attributeLabels(point.attributes), ...identity, [METRIC_NAME, name + suffix]]);
}

function addValue(
  { builder, isCounter }: PointSeries,
  labels: Labels,
  point: PointBase,
  value: number,
): void {
  const timestampMs = nsToMs(point.timeNs);
  if (isStalePoint(point)) builder.addStale(labels, timestampMs);
  else builder.addValue(labels, timestampMs, value, isCounter ? nsToMs(point.startTimeNs) : 0);
}

function isStalePoint({ flags }: PointBase): boolean {
  return (flags & FLAG_NO_RECORDED_VALUE) !== 0;
}
