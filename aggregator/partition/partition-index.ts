import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import type { LabelIndex } from '../series/label-index.ts';
import { Postings, type SeriesNumbers } from '../series/postings.ts';
import { HEADER_BYTES, kindsOf } from './partition-format.ts';

const NOTHING = new Uint32Array(0);
const utf8 = new TextDecoder();

/** A block of chunks in the file. */
export interface DataBlock {
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** What one series has in the partition. */
export interface StoredChunk {
  readonly kind: number;
  readonly samples: number;
  readonly timestampId: number;
  readonly block: number;
  /** In its block. */
  readonly offset: number;
  readonly length: number;
  /** First and last timestamp, relative to the partition's start. */
  readonly first: number;
  readonly last: number;
}

/**
 * The index of a partition in memory: label symbols and where the chunks lie. What a query needs beyond that (the series
 * of each value of a label) is made when it is asked for, label by label.
 */
export class PartitionIndex implements LabelIndex {
  readonly startMs: number;
  readonly seriesCount: number;
  readonly blocks: readonly DataBlock[];
  /** Offsets of the timestamp columns in their section, with its end. */
  readonly timestampOffsets: Uint32Array;
  /** About what it holds in memory. */
  readonly heldBytes: number;
  readonly #symbols: readonly string[];
  /** Label symbols of all series, one after the other, and where each series' begin. */
  readonly #labelIds: Uint32Array;
  readonly #labelStarts: Uint32Array;
  readonly #chunkBytes: Uint8Array;
  readonly #chunkStarts: Uint32Array;
  /** Before each series: the timestamp id and the place in its block that the first chunk counts from. */
  readonly #timestampIdBefore: Int32Array;
  readonly #offsetBefore: Uint32Array;
  readonly #kinds: number;
  readonly #byName = new Map<string, Map<string, SeriesNumbers>>();

  /** Throws StoredDataError. */
  constructor(bytes: Uint8Array, version: number) {
    const reader = new ByteReader(bytes);
    this.#kinds = kindsOf(version);
    this.startMs = reader.zigzag();
    this.seriesCount = reader.varint();
    reader.varint();
    const symbolCount = reader.varint();
    const timestampCount = reader.varint();
    const blockCount = reader.varint();
    if (Math.max(this.seriesCount, symbolCount, timestampCount, blockCount) > bytes.length)
      throw new StoredDataError('Cannot read an index: its counts are wrong');
    const symbolReader = new ByteReader(reader.prefixed());
    this.#symbols = Array.from({ length: symbolCount }, () => utf8.decode(symbolReader.prefixed()));
    const labelBytes = reader.prefixed();
    [this.#labelIds, this.#labelStarts] = readLabels(labelBytes, this.seriesCount, symbolCount);
    this.timestampOffsets = readOffsets(reader.prefixed(), timestampCount);
    this.blocks = readBlocks(reader.prefixed(), blockCount);
    this.#chunkBytes = reader.prefixed();
    this.#chunkStarts = new Uint32Array(this.seriesCount);
    this.#timestampIdBefore = new Int32Array(this.seriesCount);
    this.#offsetBefore = new Uint32Array(this.seriesCount);
    this.#locateChunks();
    this.heldBytes = bytes.length + this.#labelIds.byteLength + this.seriesCount * 16 + symbolCount * 64;
  }

  labelsOf(series: number): Labels {
    const labels: string[] = [];
    for (let i = this.#labelStarts[series]!; i < this.#labelStarts[series + 1]!; i++)
      labels.push(this.#symbols[this.#labelIds[i]!]!);
    return labels;
  }

  all(): SeriesNumbers {
    return Uint32Array.from({ length: this.seriesCount }, (_, series) => series);
  }

  names(): Iterable<string> {
    const ids = new Set<number>();
    for (let i = 0; i < this.#labelIds.length; i += 2) ids.add(this.#labelIds[i]!);
    return Array.from(ids, (id) => this.#symbols[id]!);
  }

  valuesOf(name: string): Iterable<readonly [string, SeriesNumbers]> {
    return this.#valuesOf(name);
  }

  seriesWith(name: string, value: string): SeriesNumbers {
    return this.#valuesOf(name).get(value) ?? NOTHING;
  }

  /** The data block in which the series' chunks lie: all in one. */
  blockOf(series: number): number {
    return new ByteReader(this.#chunkBytes, this.#chunkStarts[series]!).varint();
  }

  /** The series' chunks, oldest first. */
  chunksOf(series: number): StoredChunk[] {
    const reader = new ByteReader(this.#chunkBytes, this.#chunkStarts[series]!);
    const block = reader.varint();
    const chunks: StoredChunk[] = [];
    let timestampId = this.#timestampIdBefore[series]!;
    let offset = this.#offsetBefore[series]!;
    for (let left = reader.varint(); left > 0; left--) {
      const header = reader.varint();
      timestampId += reader.zigzag();
      const length = reader.varint();
      const first = reader.varint();
      const last = first + reader.varint();
      chunks.push({
        kind: header % this.#kinds,
        samples: Math.floor(header / this.#kinds),
        timestampId,
        block,
        offset,
        length,
        first,
        last,
      });
      offset += length;
    }
    return chunks;
  }

  #locateChunks(): void {
    const reader = new ByteReader(this.#chunkBytes);
    let timestampId = -1;
    let block = 0;
    let offset = 0;
    for (let series = 0; series < this.seriesCount; series++) {
      this.#chunkStarts[series] = reader.position;
      const its = reader.varint();
      if (its !== block) offset = 0;
      block = its;
      if (block >= this.blocks.length)
        throw new StoredDataError(`Cannot read an index: block ${block} is missing`);
      this.#timestampIdBefore[series] = timestampId;
      this.#offsetBefore[series] = offset;
      for (let left = reader.varint(); left > 0; left--) {
        reader.varint();
        timestampId += reader.zigzag();
        offset += reader.varint();
        reader.varint();
        reader.varint();
      }
    }
  }

  #valuesOf(name: string): Map<string, SeriesNumbers> {
    const known = this.#byName.get(name);
    if (known) return known;
    const values = new Map<string, SeriesNumbers>();
    this.#byName.set(name, values);
    const id = this.#symbols.indexOf(name);
    if (id < 0) return values;
    const postings = new Map<number, Postings>();
    for (let series = 0; series < this.seriesCount; series++) {
      const end = this.#labelStarts[series + 1]!;
      for (let i = this.#labelStarts[series]!; i < end; i += 2) {
        if (this.#labelIds[i] !== id) continue;
        const valueId = this.#labelIds[i + 1]!;
        let list = postings.get(valueId);
        if (!list) {
          list = new Postings();
          postings.set(valueId, list);
        }
        list.push(series);
        break;
      }
    }
    for (const [valueId, list] of postings) values.set(this.#symbols[valueId]!, list.numbers);
    return values;
  }
}

function readLabels(bytes: Uint8Array, seriesCount: number, symbolCount: number): [Uint32Array, Uint32Array] {
  const reader = new ByteReader(bytes);
  const starts = new Uint32Array(seriesCount + 1);
  let ids = new Uint32Array(Math.max(16, seriesCount * 8));
  let count = 0;
  for (let series = 0; series < seriesCount; series++) {
    const length = reader.varint() * 2;
    if (length > reader.remaining) throw new StoredDataError('Cannot read an index: its labels are wrong');
    const previous = series === 0 ? 0 : starts[series - 1]!;
    const previousEnd = count;
    if (count + length > ids.length) {
      const larger = new Uint32Array(Math.max(count + length, ids.length * 2));
      larger.set(ids);
      ids = larger;
    }
    for (let i = 0; i < length; i++) {
      const base = series > 0 && previous + i < previousEnd ? ids[previous + i]! : 0;
      const id = base + reader.zigzag();
      if (id < 0 || id >= symbolCount)
        throw new StoredDataError(`Cannot read an index: symbol ${id} is missing`);
      ids[count++] = id;
    }
    starts[series + 1] = count;
  }
  return [ids.slice(0, count), starts];
}

function readOffsets(bytes: Uint8Array, count: number): Uint32Array {
  const reader = new ByteReader(bytes);
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + reader.varint();
  return offsets;
}

function readBlocks(bytes: Uint8Array, count: number): DataBlock[] {
  const reader = new ByteReader(bytes);
  const blocks: DataBlock[] = [];
  let offset = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const length = reader.varint();
    blocks.push({ offset, length, checksum: reader.uint32() });
    offset += length;
  }
  return blocks;
}
