import type { Rollups } from '@tocsin/protocol/series/rollups.ts';

/** Windows [from, to); views, not copies. */
export function sliceRollups(rollups: Rollups, from: number, to: number): Rollups {
  const { firstStartsMs, histograms } = rollups;
  return {
    firstTimestampsMs: rollups.firstTimestampsMs.subarray(from, to),
    first: rollups.first.subarray(from, to),
    count: rollups.count.subarray(from, to),
    sum: rollups.sum.subarray(from, to),
    min: rollups.min.subarray(from, to),
    max: rollups.max.subarray(from, to),
    resets: rollups.resets.subarray(from, to),
    ...(firstStartsMs && { firstStartsMs: firstStartsMs.subarray(from, to) }),
    ...(histograms && { histograms: histograms.slice(from, to) }),
  };
}
