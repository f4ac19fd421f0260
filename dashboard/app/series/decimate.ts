import type { Columns } from './columns.ts';

/**
 * Thins columns to at most `bucketsMax` time buckets, keeping of each bucket its ends and for every line the smallest
 * and the largest value and a gap if there is one, so that no spike is lost to the number of pixels.
 * Costs one pass over the points.
 */
export function decimate(columns: Columns, bucketsMax: number): Columns {
  const count = columns.times.length;
  if (count <= bucketsMax * 2 || bucketsMax < 1) return columns;
  const size = Math.ceil(count / bucketsMax);
  const kept: number[] = [];
  for (let start = 0; start < count; start += size) {
    const end = Math.min(count, start + size);
    const rows = new Set<number>([start, end - 1]);
    for (const column of columns.values) keepExtremes(column, start, end, rows);
    kept.push(...[...rows].sort((a, b) => a - b));
  }
  return {
    times: kept.map((row) => columns.times[row] ?? 0),
    values: columns.values.map((column) => kept.map((row) => column[row] ?? null)),
  };
}

function keepExtremes(
  column: readonly (number | null)[],
  start: number,
  end: number,
  rows: Set<number>,
): void {
  let smallest = -1;
  let largest = -1;
  let gap = -1;
  for (let row = start; row < end; row++) {
    const value = column[row] ?? null;
    if (value === null) {
      if (gap < 0) gap = row;
      continue;
    }
    if (smallest < 0 || value < (column[smallest] ?? value)) smallest = row;
    if (largest < 0 || value > (column[largest] ?? value)) largest = row;
  }
  if (smallest >= 0) rows.add(smallest).add(largest);
  if (gap >= 0) rows.add(gap);
}
