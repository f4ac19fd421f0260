import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { ColumnArena } from '../head/column-arena.ts';
import { mergeColumns, partOf, type SampleColumns } from '../head/sample-columns.ts';
import { ALL_COLUMNS, joinRollups } from '../rollup/join-rollups.ts';
import type { SeriesNumbers } from '../series/postings.ts';
import { selectSeries } from '../series/select-series.ts';
import { type CachedBlocks, NO_CACHED_BLOCKS } from './block-cache.ts';
import type { Tombstone } from './manifest.ts';
import { type OpenPartition, openSeries, type StoredSeries } from './partition.ts';
import type { HeldPartition } from './partition-store.ts';

/** `readPartition` less what was deleted. */
export async function* readEntry(
  disk: Disk,
  held: HeldPartition,
  partition: OpenPartition,
  series: SeriesNumbers,
  minTimestampMs: number,
  maxTimestampMs: number,
): AsyncGenerator<{ readonly series: number; readonly columns: SampleColumns }> {
  const arena = new ColumnArena();
  for await (const one of openEntry(disk, held, partition, series, minTimestampMs, maxTimestampMs)) {
    for (const stored of one) {
      const columns = stored.read(arena);
      if (columns.timestampsMs.length > 0) yield { series: stored.series, columns };
    }
  }
}

/** `openSeries` less what was deleted. */
export async function* openEntry(
  disk: Disk,
  { entry, path }: HeldPartition,
  partition: OpenPartition,
  series: SeriesNumbers,
  minTimestampMs: number,
  maxTimestampMs: number,
  wanted: ReadonlySet<RollupColumn> = ALL_COLUMNS,
  cached: CachedBlocks = NO_CACHED_BLOCKS,
): AsyncGenerator<readonly StoredSeries[]> {
  const tombstones = entry.tombstones.filter(
    ({ fromMs, toMs }) => fromMs <= maxTimestampMs && toMs > minTimestampMs,
  );
  // What was deleted of a window is found by when it begins.
  const columns = tombstones.length === 0 ? wanted : new Set([...wanted, 'firstTimestampsMs' as const]);
  const opened = openSeries(disk, path, partition, series, minTimestampMs, maxTimestampMs, columns, cached);
  if (tombstones.length === 0) {
    yield* opened;
    return;
  }
  const deleted = tombstones.map((tombstone) => ({ tombstone, series: deletedSeries(partition, tombstone) }));
  for await (const run of opened)
    yield run.map((stored): StoredSeries => {
      const gone = deleted.filter((one) => one.series.has(stored.series));
      if (gone.length === 0) return stored;
      return {
        series: stored.series,
        read: (arena) =>
          gone.reduce(
            (left, { tombstone }) => withoutRange(left, tombstone.fromMs, tombstone.toMs),
            stored.read(arena),
          ),
        lend: () => false,
      };
    });
}

function deletedSeries({ index }: OpenPartition, tombstone: Tombstone): Set<number> {
  return new Set(selectSeries(index, tombstone.matchers.map(compileMatcher)));
}

/** The columns less what lies in [fromMs, toMs]; of windows none stays that has a sample there. */
export function withoutRange(columns: SampleColumns, fromMs: number, toMs: number): SampleColumns {
  const { timestampsMs, rollups } = columns;
  const { length } = timestampsMs;
  const firstMs = (i: number): number => rollups?.firstTimestampsMs[i] ?? timestampsMs[i]!;
  let from = 0;
  while (from < length && timestampsMs[from]! < fromMs) from++;
  let to = from;
  while (to < length && firstMs(to) <= toMs) to++;
  if (from === to) return columns;
  const kept = [partOf(columns, 0, from), partOf(columns, to, length)];
  return rollups ? joinRollups(kept) : mergeColumns(kept);
}
