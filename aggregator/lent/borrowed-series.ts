import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { firstAfter } from '@tocsin/protocol/series/first-after.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { SeriesSource } from '@tocsin/query/storage.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { decodeIntegers } from '../chunks/integer-column.ts';
import { decodeValues } from '../chunks/value-column.ts';
import { mergeColumns, NO_SAMPLES, type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import {
  BASE,
  type LentSeries,
  OPEN,
  PIECE_FIELDS,
  SAMPLES,
  TIMES_END,
  TIMES_START,
  VALUES_END,
  VALUES_START,
} from './lent-series.ts';

const NO_COLUMN = new Float64Array(0);

/** The series that were lent, in the same order. */
export function borrowedSeries(lent: LentSeries, count: number): SeriesSource[] {
  const reader = new LentReader(lent);
  return Array.from(
    { length: count },
    (_, series) => new BorrowedSeries(reader, series, lent.labels[lent.labelsOf[series]!]!),
  );
}

class BorrowedSeries implements SeriesSource {
  readonly labels: Labels;
  readonly #reader: LentReader;
  readonly #series: number;

  constructor(reader: LentReader, series: number, labels: Labels) {
    this.labels = labels;
    this.#reader = reader;
    this.#series = series;
  }

  /** Throws StoredDataError. */
  read(): SeriesColumns {
    return { labels: this.labels, ...this.#reader.read(this.#series) };
  }
}

/** Decodes one series after the other into the same memory, and timestamps that several share once. */
class LentReader {
  readonly #lent: LentSeries;
  readonly #reader: ByteReader;
  #times = NO_COLUMN;
  #values = NO_COLUMN;
  /** The pieces whose timestamps `#times` holds. */
  #timedFrom = 0;
  #timedTo = 0;
  /** Those within the bounds; the same array until others come. */
  #kept = NO_COLUMN;
  #keptFrom = 0;
  /** Whether each piece is later than the one before. */
  #isOrdered = true;

  constructor(lent: LentSeries) {
    this.#lent = lent;
    this.#reader = new ByteReader(lent.bytes);
  }

  read(series: number): SampleColumns {
    const { pieceEnds, pieces } = this.#lent;
    const from = series === 0 ? 0 : pieceEnds[series - 1]!;
    const to = pieceEnds[series]!;
    let total = 0;
    for (let piece = from; piece < to; piece++) total += pieces[piece * PIECE_FIELDS + SAMPLES]!;
    if (total === 0) return NO_SAMPLES;
    if (total > this.#values.length) {
      this.#values = new Float64Array(total);
      this.#times = new Float64Array(total);
      this.#timedTo = this.#timedFrom;
    }
    let at = 0;
    for (let piece = from; piece < to; piece++) at += this.#readValues(piece, at);
    if (!this.#areTimed(from, to)) this.#readTimes(from, to, total);
    if (!this.#isOrdered) return this.#merged(from, to);
    const kept = this.#kept;
    return {
      timestampsMs: kept,
      values: this.#values.subarray(this.#keptFrom, this.#keptFrom + kept.length),
    };
  }

  #readValues(piece: number, at: number): number {
    const { pieces, bytes, openValues } = this.#lent;
    const field = piece * PIECE_FIELDS;
    const samples = pieces[field + SAMPLES]!;
    const start = pieces[field + VALUES_START]!;
    if (pieces[field + TIMES_END] === OPEN) {
      for (let i = 0; i < samples; i++) this.#values[at + i] = openValues[start + i]!;
    } else {
      decodeValues(this.#reader.moveTo(bytes, start, pieces[field + VALUES_END]!), this.#values, at, samples);
    }
    return samples;
  }

  #readTimes(from: number, to: number, total: number): void {
    const { pieces, bytes, basesMs, openOffsets, minTimestampMs, maxTimestampMs } = this.#lent;
    const times = this.#times;
    let at = 0;
    this.#isOrdered = true;
    for (let piece = from; piece < to; piece++) {
      const field = piece * PIECE_FIELDS;
      const samples = pieces[field + SAMPLES]!;
      const start = pieces[field + TIMES_START]!;
      const end = pieces[field + TIMES_END]!;
      if (end === OPEN) for (let i = 0; i < samples; i++) times[at + i] = openOffsets[start + i]!;
      else decodeIntegers(this.#reader.moveTo(bytes, start, end), times, at, samples);
      const baseMs = basesMs[pieces[field + BASE]!]!;
      for (let i = at; i < at + samples; i++) times[i]! += baseMs;
      if (at > 0 && times[at]! <= times[at - 1]!) this.#isOrdered = false;
      at += samples;
    }
    this.#timedFrom = from;
    this.#timedTo = to;
    const all = times.subarray(0, total);
    this.#keptFrom = firstAfter(all, minTimestampMs);
    this.#kept = times.subarray(this.#keptFrom, firstAfter(all, maxTimestampMs));
  }

  /** True when these pieces have the timestamps that were read last. */
  #areTimed(from: number, to: number): boolean {
    const { pieces } = this.#lent;
    const known = this.#timedFrom;
    if (to - from !== this.#timedTo - known) return false;
    for (let i = 0; i < to - from; i++) {
      const a = (known + i) * PIECE_FIELDS;
      const b = (from + i) * PIECE_FIELDS;
      if (pieces[a + SAMPLES] !== pieces[b + SAMPLES] || pieces[a + BASE] !== pieces[b + BASE]) return false;
      if (!this.#haveSameColumn(a, b)) return false;
    }
    return true;
  }

  #haveSameColumn(a: number, b: number): boolean {
    const { pieces, bytes, openOffsets } = this.#lent;
    const [aStart, bStart] = [pieces[a + TIMES_START]!, pieces[b + TIMES_START]!];
    const [aEnd, bEnd] = [pieces[a + TIMES_END]!, pieces[b + TIMES_END]!];
    if ((aEnd === OPEN) !== (bEnd === OPEN)) return false;
    if (aStart === bStart) return true;
    const isOpen = aEnd === OPEN;
    const length = isOpen ? pieces[a + SAMPLES]! : aEnd - aStart;
    if (!isOpen && bEnd - bStart !== length) return false;
    const column = isOpen ? openOffsets : bytes;
    for (let i = 0; i < length; i++) if (column[aStart + i] !== column[bStart + i]) return false;
    return true;
  }

  /** Pieces that overlap: of samples with equal timestamps that of the earlier piece stays. */
  #merged(from: number, to: number): SampleColumns {
    const { pieces, minTimestampMs, maxTimestampMs } = this.#lent;
    const columns: SampleColumns[] = [];
    let at = 0;
    for (let piece = from; piece < to; piece++) {
      const end = at + pieces[piece * PIECE_FIELDS + SAMPLES]!;
      columns.push({ timestampsMs: this.#times.subarray(at, end), values: this.#values.subarray(at, end) });
      at = end;
    }
    return sliceColumns(mergeColumns(columns), minTimestampMs, maxTimestampMs);
  }
}
