import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { FoundLine } from '@tocsin/protocol/loki/response.ts';
import { compareTimes, entryBytes, type LogEntry, withoutRepeats } from './log-entry.ts';
import { LogQueryError } from './query-error.ts';

export type Direction = 'forward' | 'backward';

/** The first `limit` lines in the query's direction of all that are offered. */
export interface FoundLines {
  /** Entries of one stream, oldest first. Throws LogQueryError when what is found exceeds `bytesMax`. */
  offer(stream: Labels, entries: readonly LogEntry[]): void;
  /** False when no line between these times can be among the first any more. */
  wants(firstNs: bigint, lastNs: bigint): boolean;
  finish(): FoundLine[];
}

interface Candidate {
  readonly stream: Labels;
  readonly entry: LogEntry;
}

export function createFoundLines(limit: number, direction: Direction, bytesMax: number): FoundLines {
  const sign = direction === 'forward' ? 1 : -1;
  let candidates: Candidate[] = [];
  let bytes = 0;
  /** Lines behind this time are not among the first; known once `limit` are found. */
  let bound: bigint | undefined;

  // Sorting when twice as many have come as are wanted costs a logarithm per line, like a heap, and is simpler.
  function prune(): void {
    candidates.sort((a, b) => sign * compareTimes(a.entry, b.entry));
    candidates = withoutRepeats(
      candidates,
      ({ entry }) => entry,
      ({ stream }) => labelsKey(stream),
    );
    if (candidates.length >= limit) {
      candidates.length = limit;
      bound = candidates.at(-1)?.entry.timestampNs;
    }
    bytes = candidates.reduce((sum, { entry }) => sum + entryBytes(entry), 0);
  }

  function isBehind(timestampNs: bigint): boolean {
    return bound !== undefined && (sign > 0 ? timestampNs > bound : timestampNs < bound);
  }

  function take(stream: Labels, entry: LogEntry): void {
    if (isBehind(entry.timestampNs)) return;
    candidates.push({ stream, entry });
    bytes += entryBytes(entry);
    if (candidates.length >= limit * 2 || bytes > bytesMax) prune();
    if (bytes > bytesMax)
      throw new LogQueryError(
        400,
        `the lines found exceed ${bytesMax} bytes; lower the limit or filter more`,
      );
  }

  return {
    offer(stream, entries) {
      if (sign > 0) for (const entry of entries) take(stream, entry);
      else for (let i = entries.length - 1; i >= 0; i--) take(stream, entries[i]!);
    },
    wants(firstNs, lastNs) {
      if (bound === undefined && candidates.length >= limit) prune();
      return !isBehind(sign > 0 ? firstNs : lastNs);
    },
    finish() {
      prune();
      return candidates.map(({ stream, entry }) => ({ stream, ...entry }));
    },
  };
}
