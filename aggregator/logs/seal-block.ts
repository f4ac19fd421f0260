import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { crc32c } from '../checksum/crc32c.ts';
import {
  type BlockStream,
  type ChunkRef,
  encodeBlockEnd,
  encodeBlockHeader,
  type Section,
} from './block-format.ts';
import { writeEntries } from './entry-codec.ts';
import { CHUNK_BYTES_MAX, CHUNK_SPAN_NS_MAX } from './limits.ts';
import { compareTimes, entryBytes, type LogEntry, type LogStream, withoutRepeats } from './log-entry.ts';
import { buildNeedleFilter } from './needle-filter.ts';

const compress = promisify(zstdCompress);
const encoder = new TextEncoder();

/** The bytes of a block with these lines, sorted by time, a line that is there twice written once. */
export async function sealBlock(streams: readonly LogStream[], journalNext: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [encodeBlockHeader()];
  let offset = parts[0]!.length;
  const section = (bytes: Uint8Array): Section => {
    const placed = { offset, length: bytes.length, checksum: crc32c(bytes) };
    parts.push(bytes);
    offset += bytes.length;
    return placed;
  };
  const sealed: BlockStream[] = [];
  const writer = new ByteWriter(CHUNK_BYTES_MAX);
  for (const { labels, entries } of streams) {
    const chunks: ChunkRef[] = [];
    for (const part of splitIntoChunks(sortedOnce(entries))) {
      writer.clear();
      writeEntries(writer, part);
      const rawBytes = writer.length;
      // Compression runs on another thread, and between chunks requests get their turn.
      const data = section(await compress(writer.finish()));
      const filter = section(buildNeedleFilter(searchableTexts(part)));
      const firstNs = part[0]!.timestampNs;
      const lastNs = part.at(-1)!.timestampNs;
      chunks.push({ firstNs, lastNs, entries: part.length, rawBytes, data, filter });
    }
    sealed.push({ labels, chunks });
  }
  parts.push(encodeBlockEnd({ journalNext, streams: sealed }));
  return Buffer.concat(parts);
}

function sortedOnce(entries: readonly LogEntry[]): LogEntry[] {
  return withoutRepeats(
    entries.toSorted(compareTimes),
    (entry) => entry,
    () => '',
  );
}

function* splitIntoChunks(entries: readonly LogEntry[]): Generator<LogEntry[]> {
  let chunk: LogEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const first = chunk[0];
    const full = bytes >= CHUNK_BYTES_MAX;
    if (first !== undefined && (full || entry.timestampNs - first.timestampNs > CHUNK_SPAN_NS_MAX)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += entryBytes(entry);
  }
  if (chunk.length > 0) yield chunk;
}

/** What a needle may be looked for in: lines, and the values of structured metadata. */
function* searchableTexts(entries: readonly LogEntry[]): Generator<Uint8Array> {
  for (const { line, structuredMetadata } of entries) {
    yield encoder.encode(line);
    for (let i = 1; i < structuredMetadata.length; i += 2) yield encoder.encode(structuredMetadata[i]);
  }
}
