import { type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { decodeLabelPairs, encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { ByteTable } from './byte-table.ts';
import type { LabelIndex } from './label-index.ts';
import { Postings, type SeriesNumbers } from './postings.ts';

const NOTHING = new Uint32Array(0);
const REMEMBERED_LABELS_MAX = 100_000;

/** The label of a series table: its value's series. */
interface LabelName {
  /** By value. */
  readonly values: Map<string, number>;
}

/**
 * The series of a head: each label set is numbered on arrival, found by the bytes it is sent as, and indexed by its
 * labels. Labels are kept as bytes only; strings are made when a query asks.
 */
export class SeriesTable implements LabelIndex {
  /** What senders send; several byte strings may mean the same series. */
  readonly #sent: ByteTable;
  #seriesOfSent = new Uint32Array(256);
  /** Series number to the number of its own label bytes in `#sent`. */
  #keyOfSeries = new Uint32Array(256);
  #count = 0;
  /** Label (name and value, as bytes) to its number; the position in `#postings`. */
  readonly #pairs: ByteTable;
  readonly #postings: Postings[] = [];
  readonly #pairNames: string[] = [];
  readonly #pairValues: string[] = [];
  readonly #labels = new Map<number, Labels>();
  readonly #names = new Map<string, LabelName>();

  constructor(seed: number) {
    this.#sent = new ByteTable(seed);
    this.#pairs = new ByteTable(seed ^ 0x5bd1e995);
  }

  get seriesCount(): number {
    return this.#count;
  }

  /** Bytes held by the tables, without the postings. */
  get heldBytes(): number {
    return this.#sent.heldBytes + this.#pairs.heldBytes;
  }

  /** The series sent as these label bytes, or -1 when they have not been seen. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const sent = this.#sent.find(bytes, start, end);
    return sent < 0 ? -1 : this.#seriesOfSent[sent]!;
  }

  /** Makes `bytes[start..end)` another way to send the series. */
  addAlias(bytes: Uint8Array, start: number, end: number, series: number): void {
    this.#setSeriesOfSent(this.#sent.add(bytes, start, end), series);
  }

  /** The series with these labels, created when it is new. `labels` are valid and sorted. */
  add(labels: Labels): number {
    const key = encodeLabels(labels);
    return this.addKey(labels, key, 0, key.length);
  }

  /** `add` for who has the labels' own bytes at hand. */
  addKey(labels: Labels, bytes: Uint8Array, start: number, end: number): number {
    const known = this.#sent.find(bytes, start, end);
    if (known >= 0) return this.#seriesOfSent[known]!;
    const series = this.#count++;
    const sent = this.#sent.add(bytes, start, end);
    this.#setSeriesOfSent(sent, series);
    if (series >= this.#keyOfSeries.length) this.#keyOfSeries = doubled(this.#keyOfSeries);
    this.#keyOfSeries[series] = sent;
    this.#indexLabels(this.#sent.keyOf(sent), labels, series);
    return series;
  }

  /** The series' labels as bytes; see `encodeLabels`. */
  keyOf(series: number): Uint8Array {
    return this.#sent.keyOf(this.#keyOfSeries[series]!);
  }

  labelsOf(series: number): Labels {
    const known = this.#labels.get(series);
    if (known) return known;
    const labels = this.readLabels(series);
    // Queries ask for the same series again and again; a few hundred bytes each are worth it up to a number.
    if (this.#labels.size >= REMEMBERED_LABELS_MAX) this.#labels.clear();
    this.#labels.set(series, labels);
    return labels;
  }

  /**
   * The names and values of canonical label bytes, as `decodeLabelPairs` gives them; those known from other series are not
   * decoded again. Throws DecodeError for invalid UTF-8.
   */
  decode(bytes: Uint8Array, start: number, end: number): string[] {
    const pairs: string[] = [];
    for (let at = start; at < end; ) {
      const next = labelEnd(bytes, at);
      const pair = this.#pairs.find(bytes, at, next);
      if (pair >= 0) pairs.push(this.#pairNames[pair]!, this.#pairValues[pair]!);
      else pairs.push(...decodeLabelPairs(bytes, at, next));
      at = next;
    }
    return pairs;
  }

  /** `labelsOf` for those who pass once over all series. */
  readLabels(series: number): Labels {
    const key = this.keyOf(series);
    const labels: string[] = [];
    for (let at = 0; at < key.length; ) {
      const end = labelEnd(key, at);
      const pair = this.#pairs.find(key, at, end);
      labels.push(this.#pairNames[pair]!, this.#pairValues[pair]!);
      at = end;
    }
    return labels;
  }

  all(): SeriesNumbers {
    return Uint32Array.from({ length: this.#count }, (_, series) => series);
  }

  names(): Iterable<string> {
    return this.#names.keys();
  }

  *valuesOf(name: string): Iterable<readonly [string, SeriesNumbers]> {
    for (const [value, pair] of this.#names.get(name)?.values ?? [])
      yield [value, this.#postings[pair]!.numbers];
  }

  seriesWith(name: string, value: string): SeriesNumbers {
    const pair = this.#names.get(name)?.values.get(value);
    return pair === undefined ? NOTHING : this.#postings[pair]!.numbers;
  }

  valueCount(name: string): number {
    return this.#names.get(name)?.values.size ?? 0;
  }

  /** How many series there are of a metric. */
  seriesOfMetric(metric: string): number {
    return this.seriesWith(METRIC_NAME, metric).length;
  }

  #setSeriesOfSent(sent: number, series: number): void {
    while (sent >= this.#seriesOfSent.length) this.#seriesOfSent = doubled(this.#seriesOfSent);
    this.#seriesOfSent[sent] = series;
  }

  /** Walks the labels' bytes and the labels side by side: the bytes find the pair without making a key. */
  #indexLabels(key: Uint8Array, labels: Labels, series: number): void {
    let at = 0;
    for (let i = 0; i < labels.length; i += 2) {
      const start = at;
      at = labelEnd(key, start);
      const pair = this.#pairs.add(key, start, at);
      if (pair === this.#postings.length) {
        this.#postings.push(new Postings());
        const [name, value] = [labels[i]!, labels[i + 1]!];
        this.#pairNames.push(name);
        this.#pairValues.push(value);
        const known = this.#names.get(name);
        if (known) known.values.set(value, pair);
        else this.#names.set(name, { values: new Map([[value, pair]]) });
      }
      this.#postings[pair]!.push(series);
    }
  }
}

/** The end of the label, a length-delimited field, that starts at `start`. */
function labelEnd(key: Uint8Array, start: number): number {
  let at = start + 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = key[at++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return at + length;
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
