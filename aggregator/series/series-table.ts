import { type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { ByteTable } from './byte-table.ts';
import { labelEnd } from './label-end.ts';
import type { LabelIndex } from './label-index.ts';
import { LabelPairs } from './label-pairs.ts';
import { Postings, type SeriesNumbers } from './postings.ts';

const NOTHING = new Uint32Array(0);
const REMEMBERED_LABELS_MAX = 100_000;
const UNKNOWN = 0xffff_ffff;

/** By value, the number of the label. */
type Values = Map<string, number>;

/**
 * The series of a head: each label set is numbered on arrival and indexed by its labels. A series is kept as the numbers of
 * its labels, four bytes each; label bytes and strings are made when somebody asks.
 */
export class SeriesTable implements LabelIndex {
  readonly #pairs: LabelPairs;
  /** The numbers of a series' labels, as bytes. */
  readonly #series: ByteTable;
  readonly #postings: Postings[] = [];
  readonly #labels = new Map<number, Labels>();
  readonly #names = new Map<string, Values>();
  #scratch = new Uint32Array(64);
  #scratchBytes = new Uint8Array(this.#scratch.buffer);

  constructor(seed: number) {
    this.#series = new ByteTable(seed);
    this.#pairs = new LabelPairs(seed ^ 0x5bd1e995);
  }

  get seriesCount(): number {
    return this.#series.size;
  }

  /** Bytes held by the tables, without the postings. */
  get heldBytes(): number {
    return this.#series.heldBytes + this.#pairs.heldBytes;
  }

  /** The series with these canonical label bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const count = this.#pairsOf(bytes, start, end, (from, to) => {
      const pair = this.#pairs.find(bytes, from, to);
      return pair < 0 ? UNKNOWN : pair;
    });
    return count < 0 ? -1 : this.#series.find(this.#scratchBytes, 0, count * 4);
  }

  /** The series with these labels, created when it is new. `labels` are valid and sorted. */
  add(labels: Labels): number {
    const key = encodeLabels(labels);
    return this.addKey(key, 0, key.length);
  }

  /** `add` for who has the canonical label bytes at hand. Throws DecodeError for invalid UTF-8. */
  addKey(bytes: Uint8Array, start: number, end: number): number {
    const count = this.#pairsOf(bytes, start, end, (from, to) => this.#pairs.add(bytes, from, to));
    const known = this.#series.size;
    const series = this.#series.add(this.#scratchBytes, 0, count * 4);
    if (series === known) this.#index(series, count);
    return series;
  }

  /** The series' canonical label bytes; see `encodeLabels`. A copy. */
  keyOf(series: number): Uint8Array {
    const key = new Uint8Array(this.keyLength(series));
    this.writeKey(series, key, 0);
    return key;
  }

  keyLength(series: number): number {
    let length = 0;
    for (const pair of this.pairsOf(series)) length += this.#pairs.bytesOf(pair).length;
    return length;
  }

  /** Puts the series' canonical label bytes at `at`; there are `keyLength` of them. */
  writeKey(series: number, target: Uint8Array, at: number): void {
    let to = at;
    for (const pair of this.pairsOf(series)) {
      const bytes = this.#pairs.bytesOf(pair);
      target.set(bytes, to);
      to += bytes.length;
    }
  }

  /** The numbers of the series' labels, in the order of the labels. */
  pairsOf(series: number): Uint32Array {
    const bytes = this.#series.keyOf(series);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** By number of a label, its place in the order of labels' bytes, which is the order of canonical label bytes too. */
  pairRanks(): Uint32Array {
    const { size } = this.#pairs;
    const order = Array.from({ length: size }, (_, pair) => ({ pair, bytes: this.#pairs.bytesOf(pair) }));
    order.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const ranks = new Uint32Array(size);
    for (const [rank, { pair }] of order.entries()) ranks[pair] = rank;
    return ranks;
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

  /** `labelsOf` for those who pass once over all series. */
  readLabels(series: number): Labels {
    const labels: string[] = [];
    for (const pair of this.pairsOf(series)) labels.push(this.#pairs.nameOf(pair), this.#pairs.valueOf(pair));
    return labels;
  }

  all(): SeriesNumbers {
    return Uint32Array.from({ length: this.seriesCount }, (_, series) => series);
  }

  names(): Iterable<string> {
    return this.#names.keys();
  }

  *valuesOf(name: string): Iterable<readonly [string, SeriesNumbers]> {
    const values = this.#names.get(name);
    if (values === undefined) return;
    // Not those that come meanwhile: they may come faster than a slow reader takes them.
    let left = values.size;
    for (const [value, pair] of values) {
      if (left-- === 0) return;
      yield [value, this.#postings[pair]!.numbers];
    }
  }

  seriesWith(name: string, value: string): SeriesNumbers {
    const pair = this.#names.get(name)?.get(value);
    return pair === undefined ? NOTHING : this.#postings[pair]!.numbers;
  }

  /** How many series there are of a metric. */
  seriesOfMetric(metric: string): number {
    return this.seriesWith(METRIC_NAME, metric).length;
  }

  /** Writes the numbers of the labels to the scratch array; returns how many, or -1 when one is unknown. */
  #pairsOf(
    bytes: Uint8Array,
    start: number,
    end: number,
    pairOf: (from: number, to: number) => number,
  ): number {
    let count = 0;
    for (let at = start; at < end; ) {
      const next = labelEnd(bytes, at);
      const pair = pairOf(at, next);
      if (pair === UNKNOWN) return -1;
      if (count === this.#scratch.length) this.#growScratch();
      this.#scratch[count++] = pair;
      at = next;
    }
    return count;
  }

  #growScratch(): void {
    const larger = new Uint32Array(this.#scratch.length * 2);
    larger.set(this.#scratch);
    this.#scratch = larger;
    this.#scratchBytes = new Uint8Array(larger.buffer);
  }

  #index(series: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const pair = this.#scratch[i]!;
      let postings = this.#postings[pair];
      if (!postings) {
        postings = new Postings();
        this.#postings[pair] = postings;
        const name = this.#pairs.nameOf(pair);
        const value = this.#pairs.valueOf(pair);
        const known = this.#names.get(name);
        if (known) known.set(value, pair);
        else this.#names.set(name, new Map([[value, pair]]));
      }
      postings.push(series);
    }
  }
}
