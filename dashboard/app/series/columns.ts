import type { Line } from './line.ts';

/** Lines side by side on one time column, as the chart wants them: null where a line has no point. */
export interface Columns {
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** Puts lines on one grid of times (the union of theirs). */
export function alignLines(lines: readonly Line[]): Columns {
  const [first] = lines;
  // The usual case: every series has a point at each step.
  if (first !== undefined && lines.every(({ times }) => areSame(times, first.times))) {
    return { times: first.times, values: lines.map(({ values }) => values.map(drawable)) };
  }
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const positions = new Map(times.map((time, index) => [time, index]));
  const values = lines.map((line) => {
    const column: (number | null)[] = new Array(times.length).fill(null);
    for (const [index, time] of line.times.entries()) {
      const value = line.values[index];
      const position = positions.get(time);
      if (position !== undefined && value !== undefined) column[position] = drawable(value);
    }
    return column;
  });
  return { times, values };
}

/** The chart cannot place infinities; they show as gaps. */
const drawable = (value: number): number | null => (Number.isFinite(value) ? value : null);

const areSame = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((time, index) => time === b[index]));

/** Adds each line to those before it; a gap counts as nothing, so that one missing line does not tear the rest. */
export function stackColumns(columns: Columns): Columns {
  const sums: number[] = new Array(columns.times.length).fill(0);
  const seen: boolean[] = new Array(columns.times.length).fill(false);
  const values = columns.values.map((column) =>
    column.map((value, index) => {
      if (value !== null) {
        sums[index] = (sums[index] ?? 0) + value;
        seen[index] = true;
      }
      return seen[index] ? (sums[index] ?? null) : null;
    }),
  );
  return { times: columns.times, values };
}

/**
 * Marks a gap wherever two neighbouring points are further apart than `gapSeconds`, so that a line is not drawn
 * across an outage.
 */
export function breakGaps(columns: Columns, gapSeconds: number): Columns {
  const cuts: number[] = [];
  for (let index = 1; index < columns.times.length; index++) {
    if ((columns.times[index] ?? 0) - (columns.times[index - 1] ?? 0) > gapSeconds) cuts.push(index);
  }
  if (cuts.length === 0) return columns;
  const insert = <Value>(column: readonly Value[], filler: (index: number) => Value): Value[] => {
    const wide: Value[] = [];
    let from = 0;
    for (const cut of cuts) {
      for (let index = from; index < cut; index++) wide.push(column[index] as Value);
      wide.push(filler(cut));
      from = cut;
    }
    for (let index = from; index < column.length; index++) wide.push(column[index] as Value);
    return wide;
  };
  return {
    times: insert(columns.times, (cut) => (columns.times[cut - 1] ?? 0) + gapSeconds / 2),
    values: columns.values.map((column) => insert<number | null>(column, () => null)),
  };
}
