/**
 * What windows hold of a series' float samples, beside the last value; as long as the columns they belong to, whose
 * timestamps are the windows' ends. Windows are left-open, (end - resolution, end], aligned to the epoch, and those
 * without samples are absent. Stale markers are not counted.
 */
export interface RollupColumns {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly first: Float64Array;
  /** Milliseconds since the epoch of the first and the last sample. */
  readonly firstTimestampsMs: Float64Array;
  readonly lastTimestampsMs: Float64Array;
  /** How much a counter rose between the first and the last sample: differences, after a reset the value itself. */
  readonly increase: Float64Array;
}

/** The columns in the order in which they are stored. */
export const ROLLUP_NAMES = [
  'count',
  'sum',
  'min',
  'max',
  'first',
  'firstTimestampsMs',
  'lastTimestampsMs',
  'increase',
] as const satisfies readonly (keyof RollupColumns)[];

export function emptyRollups(length: number): RollupColumns {
  const column = (): Float64Array => new Float64Array(length);
  return {
    count: column(),
    sum: column(),
    min: column(),
    max: column(),
    first: column(),
    firstTimestampsMs: column(),
    lastTimestampsMs: column(),
    increase: column(),
  };
}

export function sliceRollups(rollups: RollupColumns, from: number, to: number): RollupColumns {
  return {
    count: rollups.count.subarray(from, to),
    sum: rollups.sum.subarray(from, to),
    min: rollups.min.subarray(from, to),
    max: rollups.max.subarray(from, to),
    first: rollups.first.subarray(from, to),
    firstTimestampsMs: rollups.firstTimestampsMs.subarray(from, to),
    lastTimestampsMs: rollups.lastTimestampsMs.subarray(from, to),
    increase: rollups.increase.subarray(from, to),
  };
}
