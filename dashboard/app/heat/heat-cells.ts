/** How many observations fell into each band of values at each moment. */
export interface HeatCells {
  /** Seconds. */
  readonly times: readonly number[];
  /** From the lowest band up. */
  readonly bands: readonly { readonly low: number; readonly high: number }[];
  /** `counts[band][time]`. */
  readonly counts: readonly (readonly number[])[];
  readonly most: number;
}

/** One series of a range answer, as it comes: cumulative buckets by `le`, or native histograms. */
export interface HeatSeries {
  readonly le: string | undefined;
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly histograms: readonly {
    readonly seconds: number;
    readonly buckets: readonly { readonly low: number; readonly high: number; readonly count: number }[];
  }[];
}

const bandsMax = 400;

/** Makes cells of classic buckets (differences between neighbours, never below nothing) and of native histograms. */
export function heatCells(series: readonly HeatSeries[]): HeatCells {
  const cells = new Map<string, { low: number; high: number; at: Map<number, number> }>();
  const add = (low: number, high: number, seconds: number, count: number) => {
    if (!(count > 0)) return;
    const key = `${low} ${high}`;
    const cell = cells.get(key) ?? { low, high, at: new Map<number, number>() };
    cell.at.set(seconds, (cell.at.get(seconds) ?? 0) + count);
    cells.set(key, cell);
  };
  const classic = series
    .flatMap((one) =>
      one.le === undefined ? [] : [{ ...one, bound: Number(one.le === '+Inf' ? Infinity : one.le) }],
    )
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound);
  let below = new Map<number, number>();
  let low = Number.NEGATIVE_INFINITY;
  for (const { bound, times, values } of classic) {
    const here = new Map<number, number>();
    for (const [index, seconds] of times.entries()) {
      const value = values[index] ?? 0;
      here.set(seconds, value);
      add(low, bound, seconds, value - (below.get(seconds) ?? 0));
    }
    below = here;
    low = bound;
  }
  for (const { histograms } of series) {
    for (const { seconds, buckets } of histograms)
      for (const bucket of buckets) add(bucket.low, bucket.high, seconds, bucket.count);
  }
  const bands = [...cells.values()].sort((a, b) => a.low - b.low || a.high - b.high).slice(0, bandsMax);
  const times = [...new Set(bands.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b);
  const counts = bands.map(({ at }) => times.map((seconds) => at.get(seconds) ?? 0));
  const most = counts.reduce((high, row) => row.reduce((found, count) => Math.max(found, count), high), 0);
  return { times, bands: bands.map(({ low: from, high }) => ({ low: from, high })), counts, most };
}
