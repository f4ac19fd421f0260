import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { mergeColumns, type SampleColumns } from '../head/sample-columns.ts';
import { joinRollups } from '../rollup/join-rollups.ts';
import type { HeldPartition, PartitionStore } from './partition-store.ts';
import { readEntry } from './read-entry.ts';
import type { PartitionSeries } from './write-partition.ts';

interface Stream {
  readonly next: () => Promise<StreamSeries | null>;
  current: StreamSeries | null;
}

interface StreamSeries {
  readonly labels: Labels;
  readonly key: Uint8Array;
  readonly columns: SampleColumns;
}

/**
 * The series of several partitions, each once with all its samples, in the partitions' own order. Of samples with equal
 * timestamps that of the earlier partition stays. Throws PartitionCorruptError: a damaged file is not merged away.
 */
export async function* mergePartitions(
  disk: Disk,
  store: PartitionStore,
  held: readonly HeldPartition[],
): AsyncGenerator<PartitionSeries> {
  const streams: Stream[] = [];
  for (const one of held) {
    const next = await streamOf(disk, store, one);
    streams.push({ next, current: await next() });
  }
  for (;;) {
    let lowest: StreamSeries | null = null;
    for (const { current } of streams)
      if (current !== null && (lowest === null || Buffer.compare(current.key, lowest.key) < 0))
        lowest = current;
    if (lowest === null) return;
    const pieces: SampleColumns[] = [];
    for (const stream of streams) {
      if (stream.current === null || Buffer.compare(stream.current.key, lowest.key) !== 0) continue;
      pieces.push(stream.current.columns);
      stream.current = await stream.next();
    }
    const isRolledUp = pieces.some(({ rollups }) => rollups);
    const columns = isRolledUp ? joinRollups(pieces) : mergeColumns(pieces);
    yield { labels: lowest.labels, columns };
  }
}

async function streamOf(disk: Disk, store: PartitionStore, held: HeldPartition): Promise<Stream['next']> {
  const partition = await store.openHeld(held);
  if (partition === null) throw new Error(`Cannot merge ${held.entry.file}: it cannot be read`);
  const { index } = partition;
  const all = readEntry(
    disk,
    held,
    partition,
    index.all(),
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return async () => {
    const { done, value } = await all.next();
    if (done) return null;
    const labels = index.labelsOf(value.series);
    return { labels, key: encodeLabels(labels), columns: value.columns };
  };
}
