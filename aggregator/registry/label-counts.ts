import { METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { labelEnd } from '../series/label-end.ts';
import { LabelPairs } from '../series/label-pairs.ts';
import { labelHash } from '../shard/logical-shard.ts';
import { isFreeLabelName } from '../streaming/input-key.ts';
import type { LimitReached } from './series-limits.ts';

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** The labels that most of the series carry. */
export interface TopLabels {
  /** Different labels, all of them. */
  readonly labelPairs: number;
  readonly seriesByMetric: readonly NamedCount[];
  readonly valuesByLabel: readonly NamedCount[];
  readonly seriesByLabelPair: readonly NamedCount[];
  readonly bytesByLabel: readonly NamedCount[];
}

// More than anyone shows; the API cuts it to what was asked for.
const TOP_COUNT = 100;

/** How many series carry each label, and how many values each label name has, over the series that were added. */
export class LabelCounts {
  readonly pairs: LabelPairs;
  /** By number of a label. */
  #series = new Uint32Array(256);
  #nameOf = new Uint32Array(256);
  #hashes = new Uint32Array(256);
  #known = 0;
  readonly #names = new Map<string, number>();
  readonly #nameTexts: string[] = [];
  /** By number of a name: values that at least one series carries. */
  #values = new Uint32Array(64);
  readonly #metricName: number;

  constructor(seed: number) {
    this.pairs = new LabelPairs(seed);
    this.#metricName = this.#nameNumber(METRIC_NAME);
  }

  /** Counts a series in; returns the sum of its labels' hashes. `key` is canonical label bytes. */
  add(key: Uint8Array): number {
    let sum = 0;
    for (let at = 0; at < key.length; ) {
      const next = labelEnd(key, at);
      const pair = this.pairs.add(key, at, next);
      if (pair === this.#known) this.#learn(key, at);
      if (this.#series[pair]!++ === 0) this.#values[this.#nameOf[pair]!]!++;
      sum = (sum + this.#hashes[pair]!) | 0;
      at = next;
    }
    return sum;
  }

  remove(key: Uint8Array): void {
    for (let at = 0; at < key.length; ) {
      const next = labelEnd(key, at);
      const pair = this.pairs.find(key, at, next);
      if (--this.#series[pair]! === 0) this.#values[this.#nameOf[pair]!]!--;
      at = next;
    }
  }

  /** The first limit that one more series would pass; null when there is none. */
  limitReached(
    key: Uint8Array,
    limits: { readonly seriesPerMetricMax: number; readonly valuesPerLabelMax: number },
  ): LimitReached | null {
    for (let at = 0; at < key.length; ) {
      const next = labelEnd(key, at);
      const pair = this.pairs.find(key, at, next);
      const carriers = pair < 0 ? 0 : this.#series[pair]!;
      if (pair >= 0 && this.#nameOf[pair] === this.#metricName) {
        const max = limits.seriesPerMetricMax;
        if (carriers >= max) return { limit: 'series_per_metric', name: this.pairs.valueOf(pair), max };
      }
      if (carriers === 0) {
        const [name = ''] = this.pairs.decode(key, at, next);
        const values = this.#values[this.#names.get(name) ?? -1] ?? 0;
        const max = limits.valuesPerLabelMax;
        if (values >= max) return { limit: 'values_per_label', name, max };
      }
      at = next;
    }
    return null;
  }

  /** Goes over all labels. */
  top(): TopLabels {
    const seriesByMetric: NamedCount[] = [];
    const seriesByLabelPair: NamedCount[] = [];
    const bytes = new Float64Array(this.#nameTexts.length);
    for (let pair = 0; pair < this.#known; pair++) {
      const count = this.#series[pair]!;
      if (count === 0) continue;
      const value = this.pairs.valueOf(pair);
      const name = this.#nameOf[pair]!;
      // Of what is sent, and not of what we make of it.
      if (!isFreeLabelName(this.#nameTexts[name]!)) continue;
      bytes[name]! += value.length * count;
      seriesByLabelPair.push({ name: `${this.#nameTexts[name]}=${value}`, count });
      if (name === this.#metricName) seriesByMetric.push({ name: value, count });
    }
    const byName = (counts: ArrayLike<number>): NamedCount[] =>
      this.#nameTexts
        .map((name, number) => ({ name, count: counts[number]! }))
        .filter(({ name, count }) => count > 0 && isFreeLabelName(name));
    return {
      labelPairs: seriesByLabelPair.length,
      seriesByMetric: largest(seriesByMetric),
      valuesByLabel: largest(byName(this.#values)),
      seriesByLabelPair: largest(seriesByLabelPair),
      bytesByLabel: largest(byName(bytes)),
    };
  }

  #learn(key: Uint8Array, at: number): void {
    const pair = this.#known++;
    if (pair === this.#series.length) {
      this.#series = doubled(this.#series);
      this.#nameOf = doubled(this.#nameOf);
      this.#hashes = doubled(this.#hashes);
    }
    this.#nameOf[pair] = this.#nameNumber(this.pairs.nameOf(pair));
    this.#hashes[pair] = labelHash(key, at);
  }

  #nameNumber(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const number = this.#nameTexts.length;
    this.#names.set(name, number);
    this.#nameTexts.push(name);
    if (number === this.#values.length) this.#values = doubled(this.#values);
    return number;
  }
}

function largest(counts: NamedCount[]): NamedCount[] {
  return counts.sort((a, b) => b.count - a.count).slice(0, TOP_COUNT);
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
