import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import { PartitionCorruptError } from '../partition/partition-format.ts';
import type { HeldPartition, PartitionStore } from '../partition/partition-store.ts';
import { readEntry } from '../partition/read-entry.ts';
import { type PartitionSeries, writePartition } from '../partition/write-partition.ts';
import { createPause } from '../shard/pause.ts';
import { DAY_MS, dayIsOver, dayOf } from './days.ts';
import { lastHistograms, rollUp } from './roll-up.ts';

export interface RollUpDeps {
  readonly disk: Disk;
  readonly clock: Clock;
}

/**
 * Rolls up the days that are over: the raw file of each into one for each tier of its policy. A day has one raw file by
 * then, merged, so that what came late is in it; when more comes later still, the day is rolled up anew.
 */
export async function rollUpDue(deps: RollUpDeps, store: PartitionStore, nowMs: number): Promise<void> {
  for (const entry of store.entries) {
    if (entry.tier !== 'raw' || entry.rolledUp === 'yes' || !dayIsOver(entry, nowMs)) continue;
    const sameDay = store.entries.filter(
      (other) => other.match === entry.match && other.keep === entry.keep && dayOf(other) === dayOf(entry),
    );
    if (sameDay.filter(({ tier }) => tier === 'raw').length > 1) continue;
    await rollUpDay(deps, store, entry, sameDay);
  }
}

async function rollUpDay(
  deps: RollUpDeps,
  store: PartitionStore,
  entry: PartitionEntry,
  sameDay: readonly PartitionEntry[],
): Promise<void> {
  const all = store.hold(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const held = all.find((one) => one.entry.id === entry.id);
  try {
    // A file that cannot be read is not rolled up, and retention leaves it alone until it can be.
    if (!held) return;
    const add: PartitionEntry[] = [{ ...entry, rolledUp: 'yes' }];
    for (const { name, resolutionMs } of tiersOf(entry)) {
      const tierEntry = await rollUpTier(deps, store, held, name, resolutionMs);
      if (tierEntry) add.push(tierEntry);
    }
    // Parts of a window on both sides of the replacement would be counted twice.
    const remove =
      entry.rolledUp === 'stale' ? sameDay.filter(({ tier }) => tier !== 'raw').map(({ id }) => id) : [];
    await store.change({ add, remove: new Set(remove) });
  } catch (error) {
    if (!(error instanceof PartitionCorruptError)) throw error;
    store.quarantineOn(error, entry);
  } finally {
    for (const one of all) await one.release();
  }
}

async function rollUpTier(
  deps: RollUpDeps,
  store: PartitionStore,
  held: HeldPartition,
  tier: string,
  resolutionMs: number,
): Promise<PartitionEntry | null> {
  const { entry } = held;
  const startMs = dayOf(entry);
  const { id, file, path } = store.newFile(tier, startMs);
  const written = await writePartition(deps.disk, path, startMs, windowsOf(deps, store, held, resolutionMs));
  if (written.series === 0) {
    await deps.disk.unlink(path);
    return null;
  }
  const { match, keep } = entry;
  return {
    id,
    file,
    startMs,
    endMs: startMs + DAY_MS,
    tier,
    match,
    keep,
    ...written,
    // Those of the samples: windows' ends say too little.
    minTimestampMs: entry.minTimestampMs,
    maxTimestampMs: entry.maxTimestampMs,
    tombstones: [],
  };
}

async function* windowsOf(
  deps: RollUpDeps,
  store: PartitionStore,
  held: HeldPartition,
  resolutionMs: number,
): AsyncGenerator<PartitionSeries> {
  const partition = await store.openHeld(held);
  if (partition === null) throw new PartitionCorruptError(held.entry.file, 'it cannot be opened');
  const pause = createPause(deps.clock, new AbortController().signal);
  const { index } = partition;
  const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for await (const { series, columns } of readEntry(deps.disk, held, partition, index.all(), from, to)) {
    const windows = rollUp(columns, resolutionMs);
    const kept = windows.values.length > 0 ? windows : lastHistograms(columns, resolutionMs);
    if (kept) yield { labels: index.labelsOf(series), columns: kept };
    await pause();
  }
}

/** The roll-up tiers of the policy under which the file was sealed. */
export function tiersOf({
  keep,
}: Pick<PartitionEntry, 'keep'>): { readonly name: string; readonly resolutionMs: number }[] {
  const tiers: { name: string; resolutionMs: number }[] = [];
  for (const part of keep.split(',')) {
    const name = part.split('=')[0]!;
    const resolutionMs = name === 'raw' ? null : parseDurationMs(name);
    if (resolutionMs) tiers.push({ name, resolutionMs });
  }
  return tiers;
}

/** The resolution of the file's tier, in milliseconds; 0 for raw. */
export function resolutionOf({ tier }: Pick<PartitionEntry, 'tier'>): number {
  return tier === 'raw' ? 0 : (parseDurationMs(tier) ?? 0);
}
