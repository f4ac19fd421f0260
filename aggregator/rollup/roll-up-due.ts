import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { PartitionEntry, Tombstone } from '../partition/manifest.ts';
import { PartitionCorruptError } from '../partition/partition-format.ts';
import type { HeldPartition, PartitionStore } from '../partition/partition-store.ts';
import { readEntry } from '../partition/read-entry.ts';
import { type PartitionSeries, writePartition } from '../partition/write-partition.ts';
import { DAY_MS, dayIsOver, dayOf } from './days.ts';
import { rollUp } from './roll-up.ts';

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
    const samePolicy = store.entries.filter(
      ({ match, keep }) => match === entry.match && keep === entry.keep,
    );
    const isRawOfDay = (other: PartitionEntry): boolean =>
      other.tier === 'raw' && dayOf(other) === dayOf(entry);
    if (samePolicy.filter(isRawOfDay).length > 1) continue;
    const tiersOfDay = samePolicy.filter(
      ({ tier, startMs, endMs }) => tier !== 'raw' && startMs <= dayOf(entry) && endMs > dayOf(entry),
    );
    await rollUpDay(deps, store, entry, tiersOfDay);
  }
}

async function rollUpDay(
  deps: RollUpDeps,
  store: PartitionStore,
  entry: PartitionEntry,
  tiersOfDay: readonly PartitionEntry[],
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
    const replaced =
      entry.rolledUp === 'stale' ? replaceDay(entry, tiersOfDay) : { remove: new Set<number>(), add: [] };
    await store.change({ add: [...add, ...replaced.add], remove: replaced.remove });
  } catch (error) {
    if (!(error instanceof PartitionCorruptError)) throw error;
    store.quarantineOn(error, entry);
  } finally {
    for (const one of all) await one.release();
  }
}

/** The day's windows are made anew: those there are go, with their file or as deleted in one that has more days. */
function replaceDay(
  raw: PartitionEntry,
  tiersOfDay: readonly PartitionEntry[],
): { readonly remove: Set<number>; readonly add: PartitionEntry[] } {
  const dayMs = dayOf(raw);
  const ofDayOnly = tiersOfDay.filter(({ startMs, endMs }) => startMs === dayMs && endMs - startMs <= DAY_MS);
  const ofMore = tiersOfDay.filter((entry) => !ofDayOnly.includes(entry));
  const gone: Tombstone = { matchers: [], fromMs: dayMs, toMs: dayMs + DAY_MS - 1 };
  return {
    remove: new Set(ofDayOnly.map(({ id }) => id)),
    add: ofMore.map((entry) => ({ ...entry, tombstones: [...entry.tombstones, gone] })),
  };
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
  const windows = windowsOf(deps, store, held, resolutionMs);
  const written = await writePartition(deps.disk, path, startMs, windows, resolutionMs);
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
    yield { labels: index.labelsOf(series), columns: rollUp(columns, resolutionMs) };
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
