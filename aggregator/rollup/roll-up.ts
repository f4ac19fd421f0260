import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import type { SampleColumns } from '../head/sample-columns.ts';
import { emptyRollups, sliceRollups } from './rollup-columns.ts';

/**
 * The windows of a series: timestamps are their ends, values the last sample's. Of native histograms the last of each
 * window is kept as it is, at the window's end, where the window has no floats.
 */
export function rollUp(columns: SampleColumns, resolutionMs: number): SampleColumns {
  const { timestampsMs, values, histograms } = columns;
  const length = timestampsMs.length;
  const ends = new Float64Array(length);
  const last = new Float64Array(length);
  const rollups = emptyRollups(length);
  const { count, sum, min, max, first, firstTimestampsMs, lastTimestampsMs, increase } = rollups;
  let windows = 0;
  for (let i = 0; i < length; i++) {
    if (histograms?.[i] || isStaleAt(values, i)) continue;
    const timestampMs = timestampsMs[i]!;
    const value = values[i]!;
    const endMs = windowEnd(timestampMs, resolutionMs);
    if (windows === 0 || ends[windows - 1] !== endMs) {
      ends[windows] = endMs;
      count[windows] = 1;
      sum[windows] = value;
      min[windows] = value;
      max[windows] = value;
      first[windows] = value;
      firstTimestampsMs[windows] = timestampMs;
      lastTimestampsMs[windows] = timestampMs;
      last[windows] = value;
      windows++;
      continue;
    }
    const at = windows - 1;
    const previous = last[at]!;
    count[at]! += 1;
    sum[at]! += value;
    // NaN is neither smaller nor larger, unless there is nothing else.
    if (value < min[at]! || Number.isNaN(min[at])) min[at] = value;
    if (value > max[at]! || Number.isNaN(max[at])) max[at] = value;
    increase[at]! += value < previous ? value : value - previous;
    lastTimestampsMs[at] = timestampMs;
    last[at] = value;
  }
  return {
    timestampsMs: ends.slice(0, windows),
    values: last.slice(0, windows),
    rollups: sliceRollups(rollups, 0, windows),
  };
}

/** The end of the window that holds the timestamp. */
export function windowEnd(timestampMs: number, resolutionMs: number): number {
  return Math.ceil(timestampMs / resolutionMs) * resolutionMs;
}

/** Of each window the last native histogram, at its own time: what a tier keeps of them. */
export function lastHistograms(columns: SampleColumns, resolutionMs: number): SampleColumns | null {
  const { timestampsMs, histograms } = columns;
  if (!histograms?.some((histogram) => histogram !== null)) return null;
  const kept: number[] = [];
  for (let i = 0; i < timestampsMs.length; i++) {
    if (!histograms[i]) continue;
    const previous = kept.at(-1);
    const sameWindow =
      previous !== undefined &&
      windowEnd(timestampsMs[previous]!, resolutionMs) === windowEnd(timestampsMs[i]!, resolutionMs);
    if (sameWindow) kept[kept.length - 1] = i;
    else kept.push(i);
  }
  return {
    timestampsMs: Float64Array.from(kept, (i) => timestampsMs[i]!),
    values: new Float64Array(kept.length).fill(Number.NaN),
    histograms: kept.map((i) => histograms[i]!),
  };
}
