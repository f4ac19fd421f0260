import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { readTexts, writeTexts } from './entry-codec.ts';

/**
 * A sealed block: chunks, their needle filters, a table of contents, a trailer. docs/formats/log-blocks.md has the
 * bytes; every section carries a checksum.
 */
const MAGIC = Uint8Array.of(0x54, 0x4c, 0x4f, 0x47); // "TLOG"
const VERSION = 1;
export const BLOCK_HEADER_BYTES = 5;
export const BLOCK_TRAILER_BYTES = 12;

export interface BlockContents {
  /** Everything in the journal before this position is in this block or an earlier one. */
  readonly journalNext: number;
  readonly streams: readonly BlockStream[];
}

export interface BlockStream {
  readonly labels: Labels;
  readonly chunks: readonly ChunkRef[];
}

export interface ChunkRef {
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  readonly entries: number;
  /** Uncompressed. */
  readonly rawBytes: number;
  readonly data: Section;
  readonly filter: Section;
}

export interface Section {
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

export function encodeBlockHeader(): Uint8Array {
  return Uint8Array.of(...MAGIC, VERSION);
}

/** The table of contents and the trailer that finds it. */
export function encodeBlockEnd({ journalNext, streams }: BlockContents): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.varint(journalNext);
  writer.varint(streams.length);
  for (const { labels, chunks } of streams) {
    writeTexts(writer, labels);
    writer.varint(chunks.length);
    for (const chunk of chunks) {
      writeTime(writer, chunk.firstNs);
      writeTime(writer, chunk.lastNs);
      writer.varint(chunk.entries);
      writer.varint(chunk.rawBytes);
      writeSection(writer, chunk.data);
      writeSection(writer, chunk.filter);
    }
  }
  const length = writer.length;
  const checksum = crc32c(writer.peek());
  writer.uint32(length);
  writer.uint32(checksum);
  writer.append(MAGIC);
  return writer.finish();
}

/** Throws StoredDataError when these are not a block's first bytes, or a newer version's. */
export function checkBlockHeader(header: Uint8Array): void {
  if (!MAGIC.every((byte, i) => header[i] === byte)) throw new StoredDataError('it is not a log block');
  if (header[4] !== VERSION)
    throw new StoredDataError(`its version is ${header[4]}, this program reads ${VERSION}`);
}

/** The length of the table of contents. */
export function readBlockTrailer(trailer: Uint8Array): {
  readonly length: number;
  readonly checksum: number;
} {
  const reader = new ByteReader(trailer);
  const length = reader.uint32();
  const checksum = reader.uint32();
  if (!MAGIC.every((byte, i) => trailer[8 + i] === byte)) throw new StoredDataError('it is cut short');
  return { length, checksum };
}

export function decodeBlockContents(bytes: Uint8Array): BlockContents {
  const reader = new ByteReader(bytes);
  const journalNext = reader.varint();
  const streams = listOf(reader, () => ({
    labels: readTexts(reader),
    chunks: listOf(reader, () => ({
      firstNs: readTime(reader),
      lastNs: readTime(reader),
      entries: reader.varint(),
      rawBytes: reader.varint(),
      data: readSection(reader),
      filter: readSection(reader),
    })),
  }));
  return { journalNext, streams };
}

function listOf<T>(reader: ByteReader, readOne: () => T): T[] {
  const count = reader.varint();
  if (count > reader.remaining) throw new StoredDataError(`it claims ${count} elements in too few bytes`);
  return Array.from({ length: count }, readOne);
}

function writeTime(writer: ByteWriter, timestampNs: bigint): void {
  writer.uint32(Number(BigInt.asUintN(32, timestampNs)));
  writer.uint32(Number(BigInt.asUintN(32, timestampNs >> 32n)));
}

function readTime(reader: ByteReader): bigint {
  const low = BigInt(reader.uint32());
  return BigInt.asIntN(64, low | (BigInt(reader.uint32()) << 32n));
}

function writeSection(writer: ByteWriter, { offset, length, checksum }: Section): void {
  writer.varint(offset);
  writer.varint(length);
  writer.uint32(checksum);
}

function readSection(reader: ByteReader): Section {
  return { offset: reader.varint(), length: reader.varint(), checksum: reader.uint32() };
}
