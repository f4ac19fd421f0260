import type { Disk } from '@tocsin/runtime/disk.ts';
import { type PartitionEntry, readManifest } from '../partition/manifest.ts';
import { expiredPartitions } from './expired-partitions.ts';
import { createRetentionPolicies, type RetentionRule } from './retention-policies.ts';

/** What the sealed files of one policy and tier hold, and what the policies given would remove of it. */
export interface RetentionHolding {
  readonly match: string;
  /** What the files were sealed under, as in `raw=15d,5m=90d`. */
  readonly keep: string;
  readonly tier: string;
  readonly files: number;
  readonly bytes: number;
  readonly samples: number;
  readonly oldestMs: number;
  readonly newestMs: number;
  readonly removedFiles: number;
  readonly removedBytes: number;
  readonly removedSamples: number;
}

/**
 * What retention by these rules would leave and remove now, read from the folder of a store that may be running. Nothing
 * is touched. What is in memory only, the last hours, is not counted. Throws for a rule that cannot be used.
 */
export async function reportRetention(
  disk: Disk,
  folder: string,
  rules: readonly RetentionRule[],
  nowMs: number,
): Promise<RetentionHolding[]> {
  const retention = createRetentionPolicies(rules);
  const holdings = new Map<string, RetentionHolding>();
  const owners = (await disk.list(`${folder}/metrics`)).filter(({ kind }) => kind === 'folder');
  for (const { name } of owners) {
    const { partitions } = await readManifest(disk, `${folder}/metrics/${name}/partitions`);
    const expired = expiredPartitions(partitions, retention, nowMs);
    for (const entry of partitions) {
      const key = JSON.stringify([entry.match, entry.keep, entry.tier]);
      holdings.set(key, added(holdings.get(key), entry, expired.has(entry.id)));
    }
  }
  return [...holdings.values()];
}

function added(
  holding: RetentionHolding | undefined,
  entry: PartitionEntry,
  isRemoved: boolean,
): RetentionHolding {
  const { match, keep, tier, bytes, samples } = entry;
  const removed = isRemoved ? 1 : 0;
  return {
    match,
    keep,
    tier,
    files: (holding?.files ?? 0) + 1,
    bytes: (holding?.bytes ?? 0) + bytes,
    samples: (holding?.samples ?? 0) + samples,
    oldestMs: Math.min(holding?.oldestMs ?? Number.POSITIVE_INFINITY, entry.minTimestampMs),
    newestMs: Math.max(holding?.newestMs ?? Number.NEGATIVE_INFINITY, entry.maxTimestampMs),
    removedFiles: (holding?.removedFiles ?? 0) + removed,
    removedBytes: (holding?.removedBytes ?? 0) + removed * bytes,
    removedSamples: (holding?.removedSamples ?? 0) + removed * samples,
  };
}
