import type { Histogram } from '../histogram/histogram.ts';
import { type Labels, labelsKey } from '../labels/labels.ts';
import { writeStale } from './stale.ts';
import type { Exemplar, WriteSeries } from './write-series.ts';

/** Gathers samples that come one by one into series, in order of appearance. `startMs` is when the counter began, 0: not known. */
export interface SeriesBuilder {
  addValue(labels: Labels, timestampMs: number, value: number, startMs?: number): void;
  addHistogram(labels: Labels, timestampMs: number, histogram: Histogram, startMs?: number): void;
  addStale(labels: Labels, timestampMs: number): void;
  addExemplar(labels: Labels, exemplar: Exemplar): void;
  build(): WriteSeries[];
}

interface SeriesInProgress {
  readonly labels: Labels;
  readonly timestampsMs: number[];
  readonly samples: (number | Histogram | typeof STALE)[];
  readonly exemplars: Exemplar[];
  readonly startsMs: number[];
  histograms: boolean;
}

/** In a plain array the marker's bits would not be safe; it becomes one in the finished column. */
const STALE = Symbol('stale');

export function createSeriesBuilder(): SeriesBuilder {
  const bySeries = new Map<string, SeriesInProgress>();

  function series(labels: Labels): SeriesInProgress {
    const key = labelsKey(labels);
    let found = bySeries.get(key);
    if (found === undefined) {
      found = { labels, timestampsMs: [], samples: [], exemplars: [], startsMs: [], histograms: false };
      bySeries.set(key, found);
    }
    return found;
  }

  function add(
    labels: Labels,
    timestampMs: number,
    sample: number | Histogram | typeof STALE,
    startMs = 0,
  ): void {
    const { timestampsMs, samples, startsMs } = series(labels);
    startsMs.push(startMs);
    timestampsMs.push(timestampMs);
    samples.push(sample);
  }

  return {
    addValue: add,
    addHistogram(labels, timestampMs, histogram, startMs) {
      series(labels).histograms = true;
      add(labels, timestampMs, histogram, startMs);
    },
    addStale: (labels, timestampMs) => add(labels, timestampMs, STALE),
    addExemplar(labels, exemplar) {
      series(labels).exemplars.push(exemplar);
    },
    build: () => Array.from(bySeries.values(), finish),
  };
}

function finish({
  labels,
  timestampsMs,
  samples,
  exemplars,
  startsMs,
  histograms,
}: SeriesInProgress): WriteSeries {
  const values = new Float64Array(samples.length);
  for (const [index, sample] of samples.entries()) {
    if (sample === STALE) writeStale(values, index);
    else values[index] = typeof sample === 'number' ? sample : Number.NaN;
  }
  return {
    labels,
    timestampsMs: Float64Array.from(timestampsMs),
    values,
    ...(histograms
      ? { histograms: samples.map((sample) => (typeof sample === 'object' ? sample : null)) }
      : {}),
    ...(startsMs.some((startMs) => startMs !== 0) ? { startsMs: Float64Array.from(startsMs) } : {}),
    ...(exemplars.length === 0 ? {} : { exemplars }),
  };
}
