import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import { mergePartitions } from '../partition/merge-partitions.ts';
import { PartitionCorruptError } from '../partition/partition-format.ts';
import type { PartitionStore } from '../partition/partition-store.ts';
import { type PartitionSeries, writePartition } from '../partition/write-partition.ts';
import { dayIsOver, dayOf, monthIsOver, monthOf, quarterIsOver, quarterOf } from '../rollup/days.ts';
import { resolutionOf } from '../rollup/roll-up-due.ts';

const SLICE_MS = 10;

/**
 * Merges the files that belong together (same policy and tier) into one: of a day, and those of a tier of a month, or of a
 * quarter of one, that is over. With `everything`, of days that are not over too; with `deleted`, only where samples were
 * deleted, which a merge leaves out.
 */
export async function mergeDue(
  deps: { readonly disk: Disk; readonly clock: Clock },
  store: PartitionStore,
  nowMs: number,
  everything: boolean,
  deleted = false,
): Promise<void> {
  const groups = new Map<string, PartitionEntry[]>();
  for (const entry of store.entries) {
    const key = JSON.stringify([entry.tier, entry.match, entry.keep, periodOf(entry, nowMs)]);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  for (const group of groups.values()) {
    const hasDeleted = group.some(({ tombstones }) => tombstones.length > 0);
    const isOver = everything || dayIsOver(group[0]!, nowMs);
    const isWanted = deleted ? hasDeleted : isOver && (group.length > 1 || hasDeleted);
    if (isWanted) await mergeGroup(deps, store, group, periodOf(group[0]!, nowMs));
  }
}

/** The start of the time whose files are one: each sample of a tier is merged twice, and a query finds few files. */
function periodOf(entry: PartitionEntry, nowMs: number): number {
  if (entry.tier === 'raw') return dayOf(entry);
  if (monthIsOver(entry, nowMs)) return monthOf(entry);
  return quarterIsOver(entry, nowMs) ? quarterOf(entry) : dayOf(entry);
}

async function mergeGroup(
  deps: { readonly disk: Disk; readonly clock: Clock },
  store: PartitionStore,
  group: readonly PartitionEntry[],
  periodStartMs: number,
): Promise<void> {
  const ids = new Set(group.map(({ id }) => id));
  const all = store.hold(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const held = all.filter(({ entry }) => ids.has(entry.id));
  try {
    // A quarantined file is not merged, and neither is what lies beside it, so that nothing seems whole.
    if (held.length !== group.length) return;
    const [first] = group;
    const { id, file, path } = store.newFile(first!.tier, periodStartMs);
    const merged = sliced(deps.clock, mergePartitions(deps.disk, store, held));
    const written = await writePartition(deps.disk, path, periodStartMs, merged, resolutionOf(first!));
    if (written.series === 0) {
      await deps.disk.unlink(path);
      await store.change({ remove: ids });
      return;
    }
    const endMs = Math.max(...group.map((entry) => entry.endMs));
    const { tier, match, keep } = first!;
    const bounds = {
      minTimestampMs: Math.min(...group.map((one) => one.minTimestampMs)),
      maxTimestampMs: Math.max(...group.map((one) => one.maxTimestampMs)),
    };
    const entry = {
      id,
      file,
      startMs: Math.min(...group.map((entry) => entry.startMs)),
      endMs,
      tier,
      match,
      keep,
      ...written,
      ...bounds,
      tombstones: [],
    };
    const wasRolledUp = group.some(({ rolledUp }) => rolledUp !== undefined);
    await store.change({ add: [wasRolledUp ? { ...entry, rolledUp: 'stale' } : entry], remove: ids });
  } catch (error) {
    // Whichever it was: reading it again will quarantine it, and the rest stays as it is.
    if (!(error instanceof PartitionCorruptError)) throw error;
    const damaged = group.find(({ file }) => error.file.endsWith(`/${file}`));
    if (damaged) store.quarantineOn(error, damaged);
  } finally {
    for (const one of all) await one.release();
  }
}

async function* sliced(
  clock: Clock,
  series: AsyncIterable<PartitionSeries>,
): AsyncGenerator<PartitionSeries> {
  let sliceStart = clock.monotonic();
  for await (const one of series) {
    yield one;
    if (clock.monotonic() - sliceStart < SLICE_MS) continue;
    await clock.sleep(0);
    sliceStart = clock.monotonic();
  }
}
