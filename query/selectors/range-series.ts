import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import type { ReferenceTimes } from './time-shift.ts';

const NO_TIMES = new Float64Array(0);
const NO_HISTOGRAMS: readonly Histogram[] = [];

/**
 * One series of a range vector and its windows at all steps. Floats and histograms lie in columns of their own,
 * without stale markers. The window of a step is left-open: floats [floatStart[step], floatEnd[step]).
 */
export interface RangeSeries {
  labels: Labels;
  dropName: boolean;
  times: Float64Array;
  values: Float64Array;
  /** The floats before this one rise or stay: of a counter without a reset, all do. */
  risesUntil: number;
  /** When the counter of each float began, 0 where not known; null when known of none. */
  startsMs: Float64Array | null;
  histogramTimes: Float64Array;
  histograms: readonly Histogram[];
  /** As `startsMs`. */
  histogramStartsMs: Float64Array | null;
  readonly floatStart: Int32Array;
  readonly floatEnd: Int32Array;
  readonly histogramStart: Int32Array;
  readonly histogramEnd: Int32Array;
  readonly windows: Windows;
  /** The times of the series before, as they came. */
  lastTimes: Float64Array;
  /** A copy of the times that the windows were placed for: a storage uses its arrays again. */
  placedFor: Float64Array;
  placedCount: number;
  /** Grows whenever the floats' windows lie otherwise than for the series before. */
  placement: number;
  /** The floats in all windows together. */
  floatSamples: number;
}

/** Where the windows lie, the same for all series. */
export interface Windows {
  readonly steps: number;
  readonly references: ReferenceTimes;
  readonly rangeMs: number;
}

export function windowEnd(windows: Windows, step: number): number {
  return windows.references.firstMs + step * windows.references.stepMs;
}

export function windowStart(windows: Windows, step: number): number {
  return windowEnd(windows, step) - windows.rangeMs;
}

/** One object for all series of a selector: `loadSeries` fills it anew. */
export function createRangeSeries(windows: Windows): RangeSeries {
  const { steps } = windows;
  return {
    labels: [],
    dropName: false,
    times: NO_TIMES,
    values: NO_TIMES,
    risesUntil: 0,
    startsMs: null,
    histogramTimes: NO_TIMES,
    histograms: NO_HISTOGRAMS,
    histogramStartsMs: null,
    floatStart: new Int32Array(steps),
    floatEnd: new Int32Array(steps),
    histogramStart: new Int32Array(steps),
    histogramEnd: new Int32Array(steps),
    windows,
    lastTimes: NO_TIMES,
    placedFor: NO_TIMES,
    placedCount: 0,
    placement: 0,
    floatSamples: 0,
  };
}

/** Fills `target` with a series and places the windows. Returns the samples in all windows together. */
export function loadSeries(target: RangeSeries, columns: SeriesColumns, dropName: boolean): number {
  target.labels = columns.labels;
  target.dropName = dropName;
  splitColumns(target, columns);
  // Series that are scraped together have the same times: then the windows lie where they lay.
  if (target.placement === 0 || !isPlaced(target)) {
    keepTimes(target);
    target.floatSamples = placeWindows(target.windows, target.times, target.floatStart, target.floatEnd);
    target.placement++;
  }
  let samples = target.floatSamples;
  if (target.histograms.length > 0) {
    samples += placeWindows(
      target.windows,
      target.histogramTimes,
      target.histogramStart,
      target.histogramEnd,
    );
  } else {
    target.histogramStart.fill(0);
    target.histogramEnd.fill(0);
  }
  return samples;
}

function isPlaced(target: RangeSeries): boolean {
  const { times, lastTimes, placedFor, placedCount } = target;
  // A storage that gives out the same column again has not changed it.
  if (times === lastTimes && times.length > 0) return true;
  target.lastTimes = times;
  if (times.length !== placedCount) return false;
  for (let i = 0; i < placedCount; i++) if (times[i] !== placedFor[i]) return false;
  return true;
}

function keepTimes(target: RangeSeries): void {
  const { times } = target;
  if (times.length > target.placedFor.length) target.placedFor = new Float64Array(times.length);
  target.placedFor.set(times);
  target.placedCount = times.length;
}

function splitColumns(target: RangeSeries, columns: SeriesColumns): void {
  const { timestampsMs, values, histograms, startsMs } = columns;
  target.startsMs = startsMs ?? null;
  target.histogramStartsMs = null;
  target.histogramTimes = NO_TIMES;
  target.histograms = NO_HISTOGRAMS;
  // One look at each value of most counters tells both that none is a stale marker and that there is no reset.
  const rising = histograms === undefined ? risingUntil(values) : 0;
  if (histograms === undefined && !hasStale(values, rising)) {
    target.risesUntil = rising;
    target.times = timestampsMs;
    target.values = values;
    return;
  }
  const times = new Float64Array(values.length);
  const floats = new Float64Array(values.length);
  const histogramTimes = new Float64Array(histograms === undefined ? 0 : values.length);
  const kept: Histogram[] = [];
  const floatStarts = startsMs ? new Float64Array(values.length) : null;
  const histogramStarts = startsMs && histograms ? new Float64Array(values.length) : null;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const histogram = histograms?.[i];
    if (histogram) {
      histogramTimes[kept.length] = timestampsMs[i]!;
      if (histogramStarts) histogramStarts[kept.length] = startsMs![i]!;
      kept.push(histogram);
    } else if (!isStaleAt(values, i)) {
      times[count] = timestampsMs[i]!;
      if (floatStarts) floatStarts[count] = startsMs![i]!;
      floats[count++] = values[i]!;
    }
  }
  target.risesUntil = 0;
  target.times = times.subarray(0, count);
  target.values = floats.subarray(0, count);
  target.histogramTimes = histogramTimes.subarray(0, kept.length);
  target.histograms = kept;
  target.startsMs = floatStarts?.subarray(0, count) ?? null;
  target.histogramStartsMs = histogramStarts?.subarray(0, kept.length) ?? null;
}

/** The index of the first value that is less than the one before or NaN. */
function risingUntil(values: Float64Array): number {
  let previous = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= previous)) return i;
    previous = value;
  }
  return values.length;
}

function hasStale(values: Float64Array, from: number): boolean {
  for (let i = from; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value) && isStaleAt(values, i)) return true;
  }
  return false;
}

function placeWindows(windows: Windows, times: Float64Array, starts: Int32Array, ends: Int32Array): number {
  const { steps, references, rangeMs } = windows;
  let end = firstAfter(times, references.firstMs);
  let start = firstAfter(times, references.firstMs - rangeMs);
  let samples = 0;
  let reference = references.firstMs;
  const count = times.length;
  for (let step = 0; step < steps; step++, reference += references.stepMs) {
    while (end < count && times[end]! <= reference) end++;
    const open = reference - rangeMs;
    while (start < end && times[start]! <= open) start++;
    starts[step] = start;
    ends[step] = end;
    samples += end - start;
  }
  return samples;
}
