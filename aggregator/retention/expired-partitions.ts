import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import { tiersOf } from '../rollup/roll-up-due.ts';
import type { RetentionPolicies } from './retention-policies.ts';

/**
 * The ids of the files whose whole content has outlived its policy. A file carries the policy it was sealed under; when
 * the configuration has changed since, the longer of the two holds.
 */
export function expiredPartitions(
  entries: readonly PartitionEntry[],
  retention: RetentionPolicies,
  nowMs: number,
): Set<number> {
  const expired = new Set<number>();
  for (const entry of entries) {
    const now = retention.policies.find(({ match }) => match === entry.match);
    const keepMs = Math.max(keptThen(entry), now?.tiers.find(({ name }) => name === entry.tier)?.keepMs ?? 0);
    if (entry.maxTimestampMs >= nowMs - keepMs) continue;
    // What is to live on in a coarser tier is first rolled up.
    if (entry.tier !== 'raw' || entry.rolledUp === 'yes' || tiersOf(entry).length === 0)
      expired.add(entry.id);
  }
  return expired;
}

/** How long the policy the file was sealed under keeps it. */
export function keptThen({ keep, tier }: PartitionEntry): number {
  for (const part of keep.split(',')) {
    const [name, text] = part.split('=');
    if (name === tier)
      return text === 'forever' ? Number.POSITIVE_INFINITY : (parseDurationMs(text ?? '') ?? 0);
  }
  return 0;
}
