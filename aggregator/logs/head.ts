import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { entryBytes, type LogEntry, type LogStream } from './log-entry.ts';

/** The lines that are in the journal and in no block yet, by stream, in order of arrival. */
export interface LogHead {
  readonly streams: Iterable<LogStream>;
  readonly streamCount: number;
  readonly bytes: number;
  readonly entries: number;
  /** When the first line came in, by the monotonic clock; undefined while it is empty. */
  readonly sinceMs: number | undefined;
  has(labels: Labels): boolean;
  append(streams: readonly LogStream[], monotonicMs: number): void;
}

export function createLogHead(): LogHead {
  const streams = new Map<string, { labels: Labels; entries: LogEntry[] }>();
  let bytes = 0;
  let entries = 0;
  let sinceMs: number | undefined;
  return {
    get streams() {
      return streams.values();
    },
    get streamCount() {
      return streams.size;
    },
    get bytes() {
      return bytes;
    },
    get entries() {
      return entries;
    },
    get sinceMs() {
      return sinceMs;
    },
    has: (labels) => streams.has(labelsKey(labels)),
    append(added, monotonicMs) {
      for (const { labels, entries: lines } of added) {
        if (lines.length === 0) continue;
        const key = labelsKey(labels);
        let stream = streams.get(key);
        if (stream === undefined) {
          stream = { labels, entries: [] };
          streams.set(key, stream);
        }
        for (const entry of lines) {
          stream.entries.push(entry);
          bytes += entryBytes(entry);
        }
        entries += lines.length;
        sinceMs ??= monotonicMs;
      }
    },
  };
}
