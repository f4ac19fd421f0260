import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { ColumnArena } from '../head/column-arena.ts';
import { firstAfter, mergeColumns, type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import { mergeRollups } from '../rollup/merge-rollups.ts';
import type { SeriesNumbers } from '../series/postings.ts';
import { selectSeries } from '../series/select-series.ts';
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
    for (const { series: number, read } of one) {
      const columns = read(arena);
      if (columns.timestampsMs.length > 0) yield { series: number, columns };
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
): AsyncGenerator<readonly StoredSeries[]> {
  const tombstones = entry.tombstones.filter(
    ({ fromMs, toMs }) => fromMs <= maxTimestampMs && toMs > minTimestampMs,
  );
  const opened = openSeries(disk, path, partition, series, minTimestampMs, maxTimestampMs);
  if (tombstones.length === 0) {
    yield* opened;
    return;
  }
  const deleted = tombstones.map((tombstone) => ({ tombstone, series: deletedSeries(partition, tombstone) }));
  for await (const run of opened)
    yield run.map(({ series: number, read }) => {
      const gone = deleted.filter((one) => one.series.has(number));
      const readKept = (arena: ColumnArena): SampleColumns =>
        gone.reduce(
          (columns, { tombstone }) => withoutRange(columns, tombstone.fromMs, tombstone.toMs),
          read(arena),
        );
      return { series: number, read: gone.length === 0 ? read : readKept };
    });
}

function deletedSeries({ index }: OpenPartition, tombstone: Tombstone): Set<number> {
  return new Set(selectSeries(index, tombstone.matchers.map(compileMatcher)));
}

/** The columns less what lies in [fromMs, toMs]. */
export function withoutRange(columns: SampleColumns, fromMs: number, toMs: number): SampleColumns {
  const { timestampsMs } = columns;
  const from = timestampsMs.findIndex((timestampMs) => timestampMs >= fromMs);
  const to = firstAfter(timestampsMs, toMs);
  if (from < 0 || from >= to) return columns;
  const before = from > 0 ? sliceColumns(columns, Number.NEGATIVE_INFINITY, timestampsMs[from - 1]!) : null;
  const after = sliceColumns(columns, timestampsMs[to - 1]!, Number.POSITIVE_INFINITY);
  const kept = before === null ? [after] : [before, after];
  return columns.rollups ? mergeRollups(kept) : mergeColumns(kept);
}
