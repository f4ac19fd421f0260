import type { Head } from '../head/head.ts';
import type { LocalJournal } from '../journal/local-journal.ts';
import type { PartitionStore } from '../partition/partition-store.ts';
import type { Streams } from '../streaming/streams.ts';
import type { OwnerFigures } from './shard-owner.ts';

/** What an owner holds now. */
export function ownerFigures(
  head: Head,
  store: PartitionStore,
  streams: Streams,
  journal: LocalJournal | null,
): OwnerFigures {
  const { samples, late, overfull, outputs } = streams.counters;
  const ranges = [...head.sealing, ...head.ranges.values()];
  return {
    series: head.table.seriesCount,
    openRanges: ranges.length,
    headSamples: ranges.reduce((sum, range) => sum + range.samples, 0),
    headBytes:
      ranges.reduce((sum, range) => sum + range.heldBytes, 0) + head.pools.heldBytes + head.table.heldBytes,
    headChunks: ranges.reduce((sum, range) => sum + range.seriesCount, 0),
    minTimeMs: ranges.length === 0 ? null : Math.min(...ranges.map(({ startMs }) => startMs)),
    maxTimeMs: ranges.length === 0 ? null : Math.max(...ranges.map(({ endMs }) => endMs)),
    journalBytes: journal ? journal.end() - journal.start() : 0,
    partitions: store.entries.length,
    partitionBytes: store.entries.reduce((sum, { bytes }) => sum + bytes, 0),
    streamGroups: streams.groupCount,
    streamOpenSamples: streams.sampleCount,
    streamSamples: samples,
    streamLate: late,
    streamOverfull: overfull,
    streamOutputs: outputs,
  };
}
