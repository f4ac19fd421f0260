import type { PartitionEntry } from '../partition/manifest.ts';
import type { HeldPartition } from '../partition/partition-store.ts';
import type { SelectMessage } from '../shard/shard-owner.ts';
import { dayOf } from './days.ts';
import { tiersOf } from './roll-up-due.ts';
import { isSingleWindow } from './single-window.ts';

/**
 * Of the files that hold the same days in several resolutions those a query is to read: the coarsest that answers it
 * exactly, else raw, and where raw is gone the finest tier.
 */
export function chooseTiers(held: readonly HeldPartition[], selection: SelectMessage): HeldPartition[] {
  if (held.every(({ entry }) => entry.tier === 'raw')) return [...held];
  const days = new Map<string, HeldPartition[]>();
  for (const one of held) {
    const key = JSON.stringify([one.entry.match, one.entry.keep, dayOf(one.entry)]);
    const day = days.get(key);
    if (day) day.push(one);
    else days.set(key, [one]);
  }
  return [...days.values()]
    .flatMap((day) => chooseOfDay(day, selection))
    .sort((a, b) => a.entry.id - b.entry.id);
}

function chooseOfDay(day: readonly HeldPartition[], selection: SelectMessage): HeldPartition[] {
  const raw = day.filter(({ entry }) => entry.tier === 'raw');
  const tiers = tiersOf(day[0]!.entry)
    .map((tier) => ({ ...tier, files: day.filter(({ entry }) => entry.tier === tier.name) }))
    .filter(({ files }) => files.length > 0);
  // Raw files that are not rolled up yet came after the tier was written, or there is no tier.
  const newerRaw = raw.filter(({ entry }) => entry.rolledUp === undefined);
  const isWhole = isSingleWindow(selection) && day.every(({ entry }) => liesIn(entry, selection));
  const exact = isWhole ? tiers.at(-1) : undefined;
  if (exact && !raw.some(isStale)) return [...exact.files, ...newerRaw];
  if (raw.length > newerRaw.length || tiers.length === 0) return raw;
  return [...tiers[0]!.files, ...newerRaw];
}

function liesIn(entry: PartitionEntry, { minTimestampMs, maxTimestampMs }: SelectMessage): boolean {
  return entry.minTimestampMs > minTimestampMs && entry.maxTimestampMs <= maxTimestampMs;
}

function isStale({ entry }: { readonly entry: PartitionEntry }): boolean {
  return entry.rolledUp === 'stale';
}
