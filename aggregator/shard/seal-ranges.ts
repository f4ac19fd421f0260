import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { RangeHead } from '../head/range-head.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import type { PartitionStore } from '../partition/partition-store.ts';
import { type PartitionSeries, writePartition } from '../partition/write-partition.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';
import type { SeriesTable } from '../series/series-table.ts';

// Sealing shares the process with ingest and queries: it lets go after this long.
const SLICE_MS = 10;

// Compressing this many open chunks takes less than a millisecond.
const CLOSED_AT_ONCE = 256;

/** Compresses what is open in a range, which gives the memory of open chunks back to those of newer ranges. */
export async function closeRange(clock: Clock, range: RangeHead): Promise<void> {
  let sliceStart = clock.monotonic();
  for (let slot = 0; slot >= 0; ) {
    slot = range.close(slot, CLOSED_AT_ONCE);
    if (clock.monotonic() - sliceStart < SLICE_MS) continue;
    await clock.sleep(0);
    sliceStart = clock.monotonic();
  }
}

/** Writes one range to partitions, one for each retention policy that has series in it. They do not count yet. */
export async function sealRange(
  deps: { readonly disk: Disk; readonly clock: Clock },
  store: PartitionStore,
  table: SeriesTable,
  range: RangeHead,
  retention: RetentionPolicies,
): Promise<PartitionEntry[]> {
  const byPolicy = new Map<number, number[]>();
  for (const series of range.series()) {
    const policy = retention.policyOf(table.readLabels(series));
    const list = byPolicy.get(policy);
    if (list) list.push(series);
    else byPolicy.set(policy, [series]);
  }
  const entries: PartitionEntry[] = [];
  for (const [index, series] of byPolicy) {
    const policy = retention.policies[index]!;
    const { id, file, path } = store.newFile('raw', range.startMs);
    const sorted = sortByKey(table, series);
    const written = await writePartition(
      deps.disk,
      path,
      range.startMs,
      seriesOf(deps.clock, table, range, sorted),
    );
    if (written.series === 0) {
      await deps.disk.unlink(path);
      continue;
    }
    entries.push({
      id,
      file,
      startMs: range.startMs,
      endMs: range.endMs,
      tier: 'raw',
      match: policy.match,
      keep: policy.key,
      ...written,
      tombstones: [],
    });
  }
  return entries;
}

async function* seriesOf(
  clock: Clock,
  table: SeriesTable,
  range: RangeHead,
  sorted: readonly number[],
): AsyncGenerator<PartitionSeries> {
  let sliceStart = clock.monotonic();
  for (const series of sorted) {
    yield { labels: table.readLabels(series), columns: range.read(series) };
    if (clock.monotonic() - sliceStart < SLICE_MS) continue;
    await clock.sleep(0);
    sliceStart = clock.monotonic();
  }
}

/** In the order of partitions: by the labels' bytes, which keeps a metric's series together. */
function sortByKey(table: SeriesTable, series: readonly number[]): number[] {
  const ranks = table.pairRanks();
  return series
    .map((number) => ({ number, ranks: table.pairsOf(number).map((pair) => ranks[pair]!) }))
    .sort((a, b) => compareRanks(a.ranks, b.ranks))
    .map(({ number }) => number);
}

// No label's bytes are the beginning of another's, so comparing label by label compares the bytes.
function compareRanks(a: Uint32Array, b: Uint32Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
