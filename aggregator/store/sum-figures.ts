import type { SeriesRegistry } from '../registry/series-registry.ts';
import type { OwnerFigures } from '../shard/shard-owner.ts';

export interface StoreFigures extends OwnerFigures {
  readonly owners: number;
}

type Sums = Exclude<keyof OwnerFigures, 'minTimeMs' | 'maxTimeMs' | 'series'>;

/** What all owners hold together; the registry, which is null until the store is open, counts the series. */
export function sumFigures(all: readonly OwnerFigures[], registry: SeriesRegistry | null): StoreFigures {
  const sum = (key: Sums): number => all.reduce((total, one) => total + one[key], 0);
  const times = (key: 'minTimeMs' | 'maxTimeMs'): number[] =>
    all.map((one) => one[key]).filter((t) => t !== null);
  const [minTimes, maxTimes] = [times('minTimeMs'), times('maxTimeMs')];
  return {
    owners: all.length,
    series: registry?.seriesCount ?? 0,
    openRanges: sum('openRanges'),
    headSamples: sum('headSamples'),
    headBytes: sum('headBytes') + (registry?.heldBytes ?? 0),
    headChunks: sum('headChunks'),
    minTimeMs: minTimes.length === 0 ? null : Math.min(...minTimes),
    maxTimeMs: maxTimes.length === 0 ? null : Math.max(...maxTimes),
    journalBytes: sum('journalBytes'),
    partitions: sum('partitions'),
    partitionBytes: sum('partitionBytes'),
    streamGroups: sum('streamGroups'),
    streamOpenSamples: sum('streamOpenSamples'),
    streamSamples: sum('streamSamples'),
    streamLate: sum('streamLate'),
    streamOverfull: sum('streamOverfull'),
    streamOutputs: sum('streamOutputs'),
  };
}
