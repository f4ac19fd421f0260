import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { LokiEntry, LokiStream } from '@tocsin/protocol/loki/push.ts';

/** One stored line: its time, its text and its structured metadata. */
export type LogEntry = LokiEntry;

/** Lines that share a label set. */
export type LogStream = LokiStream;

/** About what the entry costs in memory. */
export function entryBytes({ line, structuredMetadata }: LogEntry): number {
  let bytes = 64 + line.length;
  for (const text of structuredMetadata) bytes += text.length + 16;
  return bytes;
}

/** By time alone: a stable sort keeps the order of arrival where clocks tick in milliseconds. */
export function compareTimes(a: LogEntry, b: LogEntry): number {
  if (a.timestampNs === b.timestampNs) return 0;
  return a.timestampNs < b.timestampNs ? -1 : 1;
}

/**
 * Items sorted by time without those that repeat an earlier one of the same time: a record that is sent twice,
 * because its acknowledgement was lost, is one record.
 */
export function withoutRepeats<Item>(
  sorted: readonly Item[],
  entryOf: (item: Item) => LogEntry,
  streamKey: (item: Item) => string,
): Item[] {
  const kept: Item[] = [];
  let seen: Set<string> | undefined;
  for (const [i, item] of sorted.entries()) {
    const { timestampNs } = entryOf(item);
    const previous = sorted[i - 1];
    if (previous === undefined || entryOf(previous).timestampNs !== timestampNs) seen = undefined;
    else {
      seen ??= new Set([key(entryOf(previous), streamKey(previous))]);
      const own = key(entryOf(item), streamKey(item));
      if (seen.has(own)) continue;
      seen.add(own);
    }
    kept.push(item);
  }
  return kept;
}

function key({ line, structuredMetadata }: LogEntry, stream: string): string {
  return `${stream}|${labelsKey(structuredMetadata)}|${line}`;
}
