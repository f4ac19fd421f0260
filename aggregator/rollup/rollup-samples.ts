import type { SampleColumns } from '../head/sample-columns.ts';
import type { RollupColumns } from './rollup-columns.ts';

type Column = 'min' | 'max' | 'sum';

/** Functions whose answer over whole windows is their answer over one value of each. */
export const BY_COLUMN: ReadonlyMap<string, Column> = new Map([
  ['min_over_time', 'min'],
  ['max_over_time', 'max'],
  ['sum_over_time', 'sum'],
]);

/**
 * Windows as samples, for an evaluator that knows samples only. For minimum, maximum and sum there is one a window, so
 * that their answers over whole windows are exact. Otherwise the first and the last sample of each window stand at their
 * own times, and where a counter was reset in between, two more tell by how much it rose: increases over whole
 * windows are exact, and so are rates but for how far they are extrapolated; averages and counts are not.
 */
export function rollupSamples(windows: SampleColumns, fn: string | null): SampleColumns {
  const { rollups, timestampsMs, values } = windows;
  // A tier's native histograms are samples already.
  if (!rollups) return windows;
  const column = fn === null ? undefined : BY_COLUMN.get(fn);
  // At its last sample's time, because at its end may stand a raw sample of the next day.
  if (column) return { timestampsMs: rollups.lastTimestampsMs, values: rollups[column] };
  const times: number[] = [];
  const points: number[] = [];
  for (let i = 0; i < timestampsMs.length; i++) addWindow(times, points, rollups, values, i);
  return { timestampsMs: Float64Array.from(times), values: Float64Array.from(points) };
}

function addWindow(
  times: number[],
  points: number[],
  rollups: RollupColumns,
  last: Float64Array,
  i: number,
): void {
  const firstMs = rollups.firstTimestampsMs[i]!;
  const lastMs = rollups.lastTimestampsMs[i]!;
  const first = rollups.first[i]!;
  times.push(firstMs);
  points.push(first);
  if (lastMs === firstMs) return;
  const rise = rollups.increase[i]!;
  // The increase that first and last alone would give.
  const plain = last[i]! < first ? last[i]! : last[i]! - first;
  if (rise > plain && lastMs - firstMs > 2) {
    // Up to a peak, a reset to zero, and up to the last value: together they rise as much as all samples did.
    times.push(firstMs + 1, lastMs - 1);
    points.push(first + rise - last[i]!, 0);
  }
  times.push(lastMs);
  points.push(last[i]!);
}
