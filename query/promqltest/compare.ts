import { ascendingBuckets } from '@tocsin/protocol/histogram/buckets.ts';
import { formatHistogram } from '@tocsin/protocol/histogram/format.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { formatLabels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { NotedSeries, NotedValue } from '@tocsin/protocol/series-notation/series-notation.ts';

const TOLERANCE = 1e-6;

type Value = number | Histogram;

/** One series of a result: its values by time. */
interface Points {
  readonly name: string;
  readonly values: ReadonlyMap<number, Value>;
}

/** What differs between the series of an answer and those a script expects; null when nothing does. */
export function compareSeries(
  expected: readonly NotedSeries[],
  startMs: number,
  stepMs: number,
  actual: readonly SeriesColumns[],
): string | null {
  const wanted = new Map(
    expected.map((series) => [labelsKey(series.labels), pointsOfNotation(series, startMs, stepMs)]),
  );
  const seen = new Set<string>();
  for (const series of actual) {
    const key = labelsKey(series.labels);
    const points = wanted.get(key);
    if (seen.has(key)) return `${formatLabels(series.labels)} is there twice`;
    seen.add(key);
    if (points === undefined) return `unexpected series ${formatLabels(series.labels)}`;
    const difference = comparePoints(points, pointsOfColumns(series));
    if (difference !== null) return difference;
  }
  for (const [key, { name, values }] of wanted)
    if (!seen.has(key) && values.size > 0) return `${name} is missing`;
  return null;
}

function pointsOfNotation({ labels, values }: NotedSeries, startMs: number, stepMs: number): Points {
  const points = new Map<number, Value>();
  values.forEach((value, i) => {
    if (value !== null) points.set(startMs + i * stepMs, value === 'stale' ? Number.NaN : value);
  });
  return { name: formatLabels(labels), values: points };
}

function pointsOfColumns({ labels, timestampsMs, values, histograms }: SeriesColumns): Points {
  const points = new Map<number, Value>();
  timestampsMs.forEach((timestampMs, i) => {
    points.set(timestampMs, histograms?.[i] ?? values[i]!);
  });
  return { name: formatLabels(labels), values: points };
}

function comparePoints(expected: Points, actual: Points): string | null {
  for (const [timestampMs, value] of actual.values) {
    const wanted = expected.values.get(timestampMs);
    const where = `${expected.name} at ${timestampMs / 1000}s`;
    if (wanted === undefined) return `${where}: no sample expected, got ${show(value)}`;
    if (!sameValue(wanted, value)) return `${where}: ${show(wanted)} expected, got ${show(value)}`;
  }
  for (const timestampMs of expected.values.keys()) {
    if (!actual.values.has(timestampMs)) return `${expected.name} at ${timestampMs / 1000}s: sample missing`;
  }
  return null;
}

export function sameValue(expected: NotedValue, actual: Value): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return sameFloat(expected, actual);
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object') return false;
  if (!sameFloat(expected.count, actual.count) || !sameFloat(expected.sum, actual.sum)) return false;
  const a = ascendingBuckets(expected);
  const b = ascendingBuckets(actual);
  return (
    a.length === b.length &&
    a.every(
      (bucket, i) =>
        sameFloat(bucket.lower, b[i]!.lower) &&
        sameFloat(bucket.upper, b[i]!.upper) &&
        sameFloat(bucket.count, b[i]!.count),
    )
  );
}

function sameFloat(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) < TOLERANCE * (Math.abs(a) + Math.abs(b));
}

function show(value: Value): string {
  return typeof value === 'number' ? String(value) : formatHistogram(value);
}
