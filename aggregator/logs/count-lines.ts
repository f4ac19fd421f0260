import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { FoundLines } from './found-lines.ts';
import type { LogEntry } from './log-entry.ts';

/** How many lines of each level fall into each bucket of time; the level as it is written, empty when there is none. */
export type LevelCounts = ReadonlyMap<string, readonly number[]>;

export interface LineCounter extends Pick<FoundLines, 'offer' | 'wants'> {
  counts(): LevelCounts;
}

/** Other spellings than this many are counted as one level, `other`: levels are few, and a counter may not grow without end. */
export const LEVELS_MAX = 50;
const LEVEL_NAMES = ['level', 'detected_level', 'severity_text'];

/** Counts lines in `buckets` buckets of `bucketNs` from `startNs` on. */
export function createLineCounter(startNs: bigint, bucketNs: bigint, buckets: number): LineCounter {
  const found = new Map<string, number[]>();
  const countsOf = (level: string): number[] => {
    const known = found.get(level);
    if (known !== undefined) return known;
    if (found.size >= LEVELS_MAX && level !== 'other') return countsOf('other');
    const counts = new Array<number>(buckets).fill(0);
    found.set(level, counts);
    return counts;
  };
  return {
    wants: () => true,
    offer(stream, entries) {
      for (const entry of entries) {
        const index = Number((entry.timestampNs - startNs) / bucketNs);
        if (entry.timestampNs < startNs || index >= buckets) continue;
        const counts = countsOf(levelOf(stream, entry));
        counts[index] = (counts[index] ?? 0) + 1;
      }
    },
    counts: () => found,
  };
}

function levelOf(stream: Labels, { structuredMetadata }: LogEntry): string {
  for (const name of LEVEL_NAMES) {
    const level = getLabel(stream, name) || getLabel(structuredMetadata, name);
    if (level !== '') return level.toLowerCase();
  }
  return '';
}
