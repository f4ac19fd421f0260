import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { ProtobufReader } from '@tocsin/protocol/protobuf/reader.ts';
import { ProtobufWriter } from '@tocsin/protocol/protobuf/writer.ts';
import { readHistogram, writeHistogram } from '@tocsin/protocol/remote-write/histogram.ts';
import type { HistogramRollup } from '@tocsin/protocol/series/rollups.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { SampleColumns } from '../head/sample-columns.ts';

// A corrupt chunk must not ask for more memory than this.
const BYTES_MAX = 1 << 30;

/** A stored histogram; one that cannot be read, which only a newer version could have written, is null. */
export interface StoredHistogram {
  readonly histogram: Histogram;
  readonly timestampMs: number;
  readonly startTimestampMs: number;
}

/** Samples [from, to), as messages of remote write. */
export function encodeHistograms(block: ByteWriter, columns: SampleColumns, from: number, to: number): void {
  const messages = new ByteWriter(1024);
  for (let i = from; i < to; i++)
    writeMessage(messages, columns.histograms![i]!, columns.timestampsMs[i]!, columns.startsMs?.[i] ?? 0);
  block.append(zstdCompressSync(messages.peek()));
}

export function decodeHistograms(packed: Uint8Array): (StoredHistogram | null)[] {
  const reader = unpacked(packed);
  const found: (StoredHistogram | null)[] = [];
  while (reader.remaining > 0) found.push(readMessage(reader));
  return found;
}

/** Windows [from, to): of each how many samples and whether it had resets, then the last, the first, their sum, and what was lost to resets. */
export function encodeHistogramRollups(
  block: ByteWriter,
  columns: SampleColumns,
  from: number,
  to: number,
): void {
  const { timestampsMs, histograms, startsMs } = columns;
  const rollups = columns.rollups!;
  const messages = new ByteWriter(4096);
  for (let i = from; i < to; i++) {
    const { first, sum, resets } = rollups.histograms![i]!;
    messages.varint(rollups.count[i]! * 2 + (resets === null ? 0 : 1));
    writeMessage(messages, histograms![i]!, timestampsMs[i]!, startsMs?.[i] ?? 0);
    writeMessage(messages, first, rollups.firstTimestampsMs[i]!, rollups.firstStartsMs?.[i] ?? 0);
    writeMessage(messages, sum, 0, 0);
    if (resets !== null) writeMessage(messages, resets, 0, 0);
  }
  block.append(zstdCompressSync(messages.peek()));
}

/** The windows of a chunk; those that cannot be read are left out. */
export function decodeHistogramRollups(packed: Uint8Array): SampleColumns {
  const reader = unpacked(packed);
  const windows: { count: number; last: StoredHistogram; first: StoredHistogram; rollup: HistogramRollup }[] =
    [];
  while (reader.remaining > 0) {
    const header = reader.varint();
    const [last, first, sum] = [readMessage(reader), readMessage(reader), readMessage(reader)];
    const resets = header % 2 === 1 ? readMessage(reader) : null;
    const count = Math.floor(header / 2);
    if (last && first && sum)
      windows.push({
        count,
        last,
        first,
        rollup: { first: first.histogram, sum: sum.histogram, resets: resets?.histogram ?? null },
      });
  }
  const none = new Float64Array(windows.length).fill(Number.NaN);
  const hasStarts = windows.some(({ last, first }) => last.startTimestampMs + first.startTimestampMs !== 0);
  return {
    timestampsMs: Float64Array.from(windows, ({ last }) => last.timestampMs),
    values: none,
    histograms: windows.map(({ last }) => last.histogram),
    ...(hasStarts && { startsMs: Float64Array.from(windows, ({ last }) => last.startTimestampMs) }),
    rollups: {
      firstTimestampsMs: Float64Array.from(windows, ({ first }) => first.timestampMs),
      first: none,
      count: Float64Array.from(windows, ({ count }) => count),
      sum: none,
      min: none,
      max: none,
      resets: new Float64Array(windows.length),
      ...(hasStarts && { firstStartsMs: Float64Array.from(windows, ({ first }) => first.startTimestampMs) }),
      histograms: windows.map(({ rollup }) => rollup),
    },
  };
}

function unpacked(packed: Uint8Array): ByteReader {
  return new ByteReader(zstdDecompressSync(packed, { maxOutputLength: BYTES_MAX }));
}

function writeMessage(
  messages: ByteWriter,
  histogram: Histogram,
  timestampMs: number,
  startTimestampMs: number,
): void {
  const writer = new ProtobufWriter(128);
  writeHistogram(writer, { histogram, timestampMs, startTimestampMs });
  messages.prefixed(writer.peek());
}

function readMessage(reader: ByteReader): StoredHistogram | null {
  const message = reader.prefixed();
  const read = readHistogram(new ProtobufReader(message, 'histogram'));
  return typeof read === 'string' ? null : read;
}
