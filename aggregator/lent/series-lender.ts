import { getLabel, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { StoredDataError } from '../bytes/byte-reader.ts';
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

/** A series that can be lent as it is stored. */
export interface Lendable {
  /** Writes where its samples are; false, and nothing is lent, for what is more than floats in order. */
  lendTo(lender: SeriesLender): boolean;
}

export function isLendable(source: object): source is Lendable {
  return 'lendTo' in source;
}

/** Open samples, as a range of the head has them. */
export interface OpenSamples {
  /** Copies the slot's samples to `at` and what follows; without `offsets` the values only. */
  read(slot: number, offsets: Float64Array | null, values: Float64Array, at: number): void;
  haveSameOffsets(a: number, b: number): boolean;
}

/** Writes series down for `LentSeries`, in columns that grow. */
export class SeriesLender {
  #labels: Labels[] = [];
  readonly #labelNumbers = new Map<string, number>();
  #lastLabels = { name: '', type: '', number: -1 };
  #labelsOf = new Uint32Array(64);
  #pieceEnds = new Uint32Array(64);
  #series = 0;
  #pieces = new Int32Array(64 * PIECE_FIELDS);
  #pieceCount = 0;
  #bases = new Float64Array(16);
  #baseCount = 0;
  #bytes = new Uint8Array(4_096);
  #byteCount = 0;
  #openOffsets = new Float64Array(256);
  #openValues = new Float64Array(256);
  #openCount = 0;
  /** Timestamp columns of files that are written already, by where they begin in their section. */
  readonly #columns = new Map<Uint8Array, Map<number, number>>();
  #lastOpen: { readonly samples: OpenSamples; readonly slot: number; readonly at: number } | null = null;
  #minTimestampMs = 0;
  #maxTimestampMs = 0;

  get seriesCount(): number {
    return this.#series;
  }

  /** Of encoded samples. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Adds a series, which must be of the same selection as the others. */
  lend(source: Lendable, labels: Labels): boolean {
    const [pieces, bytes, open] = [this.#pieceCount, this.#byteCount, this.#openCount];
    if (!source.lendTo(this)) {
      [this.#pieceCount, this.#byteCount, this.#openCount] = [pieces, bytes, open];
      this.#lastOpen = null;
      // Columns written meanwhile may be beyond the end now.
      this.#columns.clear();
      return false;
    }
    if (this.#series === this.#labelsOf.length) {
      this.#labelsOf = larger(this.#labelsOf, this.#series + 1);
      this.#pieceEnds = larger(this.#pieceEnds, this.#series + 1);
    }
    this.#labelsOf[this.#series] = this.#labelNumber(labels);
    this.#pieceEnds[this.#series++] = this.#pieceCount;
    return true;
  }

  setRange(minTimestampMs: number, maxTimestampMs: number): void {
    this.#minTimestampMs = minTimestampMs;
    this.#maxTimestampMs = maxTimestampMs;
  }

  /** A chunk whose values follow its timestamps: [start, end) of `source`, the values from `values` on. */
  chunk(
    source: Uint8Array,
    start: number,
    values: number,
    end: number,
    samples: number,
    baseMs: number,
  ): void {
    const at = this.#copy(source, start, end);
    this.#piece(samples, baseMs, at, at + values - start, at + values - start, at + end - start);
  }

  /** A chunk of a file, whose timestamps are the column at [timesStart, timesEnd) of their section. Throws StoredDataError. */
  stored(
    times: Uint8Array,
    timesStart: number,
    timesEnd: number,
    values: Uint8Array,
    valuesStart: number,
    valuesEnd: number,
    samples: number,
    baseMs: number,
  ): void {
    let known = this.#columns.get(times);
    if (known === undefined) {
      known = new Map();
      this.#columns.set(times, known);
    }
    let timesAt = known.get(timesStart);
    if (timesAt === undefined) {
      timesAt = this.#copy(times, timesStart, timesEnd);
      known.set(timesStart, timesAt);
    }
    const at = this.#copy(values, valuesStart, valuesEnd);
    this.#piece(samples, baseMs, timesAt, timesAt + timesEnd - timesStart, at, at + valuesEnd - valuesStart);
  }

  /** `count` samples of a slot that are not encoded yet. */
  open(samples: OpenSamples, slot: number, count: number, baseMs: number): void {
    const at = this.#openCount;
    if (at + count > this.#openValues.length) {
      this.#openOffsets = larger(this.#openOffsets, at + count);
      this.#openValues = larger(this.#openValues, at + count);
    }
    const before = this.#lastOpen;
    const areKnown =
      before !== null && before.samples === samples && samples.haveSameOffsets(before.slot, slot);
    samples.read(slot, areKnown ? null : this.#openOffsets, this.#openValues, at);
    const timesAt = areKnown ? before.at : at;
    this.#lastOpen = { samples, slot, at: timesAt };
    this.#openCount = at + count;
    this.#piece(count, baseMs, timesAt, OPEN, at, at + count);
  }

  /** What was lent, whose columns go over to the caller; begins anew, with those of `spare` when there are any. */
  finish(spare: LentSeries | null): LentSeries {
    const lent: LentSeries = {
      minTimestampMs: this.#minTimestampMs,
      maxTimestampMs: this.#maxTimestampMs,
      labels: this.#labels,
      labelsOf: this.#labelsOf,
      pieceEnds: this.#pieceEnds,
      pieces: this.#pieces,
      basesMs: this.#bases,
      bytes: this.#bytes,
      openOffsets: this.#openOffsets,
      openValues: this.#openValues,
    };
    this.#labels = [];
    this.#labelNumbers.clear();
    this.#lastLabels = { name: '', type: '', number: -1 };
    this.#columns.clear();
    this.#lastOpen = null;
    [this.#series, this.#pieceCount, this.#baseCount, this.#byteCount, this.#openCount] = [0, 0, 0, 0, 0];
    this.#labelsOf = spare?.labelsOf ?? new Uint32Array(lent.labelsOf.length);
    this.#pieceEnds = spare?.pieceEnds ?? new Uint32Array(lent.pieceEnds.length);
    this.#pieces = spare?.pieces ?? new Int32Array(lent.pieces.length);
    this.#bases = spare?.basesMs ?? new Float64Array(lent.basesMs.length);
    this.#bytes = spare?.bytes ?? new Uint8Array(lent.bytes.length);
    this.#openOffsets = spare?.openOffsets ?? new Float64Array(lent.openOffsets.length);
    this.#openValues = spare?.openValues ?? new Float64Array(lent.openValues.length);
    return lent;
  }

  #labelNumber(labels: Labels): number {
    const name = getLabel(labels, METRIC_NAME);
    const type = getLabel(labels, '__type__');
    if (this.#lastLabels.number >= 0 && name === this.#lastLabels.name && type === this.#lastLabels.type)
      return this.#lastLabels.number;
    const key = `${name.length}:${name}${type}`;
    let number = this.#labelNumbers.get(key);
    if (number === undefined) {
      number = this.#labels.length;
      this.#labelNumbers.set(key, number);
      this.#labels.push([
        ...(name === '' ? [] : [METRIC_NAME, name]),
        ...(type === '' ? [] : ['__type__', type]),
      ]);
    }
    this.#lastLabels = { name, type, number };
    return number;
  }

  #piece(
    samples: number,
    baseMs: number,
    timesStart: number,
    timesEnd: number,
    valuesStart: number,
    valuesEnd: number,
  ): void {
    const at = this.#pieceCount++ * PIECE_FIELDS;
    if (at + PIECE_FIELDS > this.#pieces.length) this.#pieces = larger(this.#pieces, at + PIECE_FIELDS);
    const pieces = this.#pieces;
    pieces[at + SAMPLES] = samples;
    pieces[at + BASE] = this.#baseNumber(baseMs);
    pieces[at + TIMES_START] = timesStart;
    pieces[at + TIMES_END] = timesEnd;
    pieces[at + VALUES_START] = valuesStart;
    pieces[at + VALUES_END] = valuesEnd;
  }

  /** There are as many as ranges and files, which are few. */
  #baseNumber(baseMs: number): number {
    for (let i = this.#baseCount - 1; i >= 0; i--) if (this.#bases[i] === baseMs) return i;
    if (this.#baseCount === this.#bases.length) this.#bases = larger(this.#bases, this.#baseCount + 1);
    this.#bases[this.#baseCount] = baseMs;
    return this.#baseCount++;
  }

  #copy(source: Uint8Array, start: number, end: number): number {
    // What is not there would become bytes of other series.
    if (!(start >= 0 && start <= end && end <= source.length))
      throw new StoredDataError(`Cannot lend bytes ${start} to ${end} of ${source.length}`);
    const at = this.#byteCount;
    this.#byteCount += end - start;
    if (this.#byteCount > this.#bytes.length) this.#bytes = larger(this.#bytes, this.#byteCount);
    this.#bytes.set(source.subarray(start, end), at);
    return at;
  }
}

type Column =
  | Uint8Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** A copy with room for `length` elements at least. */
function larger<T extends Column>(column: T, length: number): T {
  const made = new (column.constructor as new (length: number) => T)(Math.max(length, column.length * 2));
  made.set(column as never);
  return made;
}
