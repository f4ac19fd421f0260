import type { TimeWindow } from '../time/range.ts';
import { normalLevel } from './log-query.ts';
import type { LogRow } from './log-row.ts';

/** How many lines of each level fall into each bucket of time. Times are bucket starts in seconds. */
export interface LogHistogram {
  readonly bucketSeconds: number;
  readonly levels: readonly string[];
  readonly buckets: readonly {
    readonly seconds: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  /** Before this (seconds) nothing was counted, because older lines were not read; the window's start when all were. */
  readonly countedFromSeconds: number;
}

const order = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', ''];
const bucketSizes = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Buckets of a round size over the window, at most `bucketsMax`; the first begins at `firstSeconds`. */
export function bucketsOf(
  window: TimeWindow,
  bucketsMax: number,
): { readonly bucketSeconds: number; readonly firstSeconds: number; readonly size: number } {
  const span = (window.endMs - window.fromMs) / 1000;
  const bucketSeconds =
    bucketSizes.find((size) => span / size <= bucketsMax) ?? Math.ceil(span / bucketsMax / 86_400) * 86_400;
  const firstSeconds = Math.floor(window.fromMs / 1000 / bucketSeconds) * bucketSeconds;
  const size = Math.max(1, Math.ceil((window.endMs / 1000 - firstSeconds) / bucketSeconds));
  return { bucketSeconds, firstSeconds, size };
}

/** What the server counted, by level as it was written, in the buckets of `bucketsOf`. */
export function histogramOfCounts(
  counted: ReadonlyMap<string, readonly number[]>,
  window: TimeWindow,
  bucketsMax: number,
): LogHistogram {
  const { bucketSeconds, firstSeconds, size } = bucketsOf(window, bucketsMax);
  const counts: Record<string, number>[] = Array.from({ length: size }, () => ({}));
  const levels = new Set<string>();
  for (const [level, numbers] of counted) {
    const known = normalLevel(level);
    levels.add(known);
    for (const [index, count] of numbers.entries()) {
      // Lines of the moment may be a little younger than the window.
      const bucket = counts[Math.min(size - 1, index)];
      if (bucket !== undefined && count > 0) bucket[known] = (bucket[known] ?? 0) + count;
    }
  }
  return {
    bucketSeconds,
    levels: order.filter((level) => levels.has(level)),
    buckets: counts.map((bucket, index) => ({
      seconds: firstSeconds + index * bucketSeconds,
      counts: bucket,
    })),
    countedFromSeconds: window.fromMs / 1000,
  };
}

/** Counts rows in at most `bucketsMax` buckets. `isComplete`: the rows are all there are in the window. */
export function histogramOf(
  rows: readonly LogRow[],
  window: TimeWindow,
  bucketsMax: number,
  isComplete: boolean,
): LogHistogram {
  const { bucketSeconds, firstSeconds: first, size } = bucketsOf(window, bucketsMax);
  const counts: Record<string, number>[] = Array.from({ length: size }, () => ({}));
  const levels = new Set<string>();
  let oldest = Number.POSITIVE_INFINITY;
  for (const { timeMs, level } of rows) {
    oldest = Math.min(oldest, timeMs);
    // Lines of the moment may be a little younger than the window.
    const index = Math.min(size - 1, Math.floor((timeMs / 1000 - first) / bucketSeconds));
    const bucket = counts[index];
    if (bucket === undefined) continue;
    const known = order.includes(level) ? level : '';
    levels.add(known);
    bucket[known] = (bucket[known] ?? 0) + 1;
  }
  return {
    bucketSeconds,
    levels: order.filter((level) => levels.has(level)),
    buckets: counts.map((bucket, index) => ({ seconds: first + index * bucketSeconds, counts: bucket })),
    countedFromSeconds: isComplete || rows.length === 0 ? window.fromMs / 1000 : oldest / 1000,
  };
}
