import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';

interface Entry {
  readonly sum: HistogramSum;
  count: number;
  hasReset: boolean;
  hasNotReset: boolean;
  incompatible: boolean;
  /** The metric name of the first histogram in it. */
  readonly metric: string;
}

/** What the sums of a shard come to, as plain values. */
export interface HistogramSumsState {
  readonly entries: readonly PartialHistogram[];
  /** Metric names of histograms that did not fit with others. */
  readonly incompatible: ReadonlySet<string>;
  readonly hasCollision: boolean;
  readonly hasReconciled: boolean;
}

export interface PartialHistogram extends Omit<Entry, 'sum'> {
  readonly element: number;
  /** The sum, and what rounding took from it. */
  readonly histogram: Histogram;
  readonly lost: Histogram | null;
}

/** The histograms of an aggregation, summed by element; few queries have any, so a Map and not columns. */
export class HistogramSums {
  readonly #entries = new Map<number, Entry>();
  readonly incompatible = new Set<string>();
  hasCollision = false;
  hasReconciled = false;

  get size(): number {
    return this.#entries.size;
  }

  has(element: number): boolean {
    return this.#entries.has(element);
  }

  add(element: number, histogram: Histogram, metric: string): void {
    const { counterReset } = histogram;
    this.#add(element, {
      histogram,
      lost: null,
      count: 1,
      hasReset: counterReset === 'reset',
      hasNotReset: counterReset === 'none',
      incompatible: false,
      metric,
    });
  }

  get state(): HistogramSumsState {
    const { incompatible, hasCollision, hasReconciled } = this;
    const entries = Array.from(this.#entries, ([element, { sum, ...rest }]) => {
      const [histogram, lost] = sum.parts();
      return { element, histogram, lost, ...rest };
    });
    return { entries, incompatible, hasCollision, hasReconciled };
  }

  /** Adds what other sums have in `steps` elements from `source` on to those from `target` on. */
  merge(other: HistogramSumsState, source: number, target: number, steps: number): void {
    for (const metric of other.incompatible) this.incompatible.add(metric);
    this.hasCollision ||= other.hasCollision;
    this.hasReconciled ||= other.hasReconciled;
    for (const { element, ...partial } of other.entries)
      if (element >= source && element < source + steps) this.#add(element - source + target, partial);
  }

  /** The sum at an element; null when there is none or its parts do not fit together. */
  at(element: number): { readonly histogram: Histogram; readonly count: number } | null {
    const entry = this.#entries.get(element);
    if (entry === undefined || entry.incompatible) return null;
    return { histogram: entry.sum.finish(), count: entry.count };
  }

  #add(element: number, { histogram, lost, ...added }: Omit<PartialHistogram, 'element'>): void {
    const entry = this.#entries.get(element);
    if (entry === undefined) {
      const sum = new HistogramSum(histogram);
      if (lost !== null) sum.add(lost);
      this.#entries.set(element, { sum, ...added });
      return;
    }
    entry.count += added.count;
    entry.hasReset ||= added.hasReset;
    entry.hasNotReset ||= added.hasNotReset;
    entry.incompatible ||= added.incompatible;
    if (entry.incompatible) return;
    if (!entry.sum.add(histogram) || (lost !== null && !entry.sum.add(lost))) {
      entry.incompatible = true;
      this.incompatible.add(added.metric);
      return;
    }
    if (entry.hasReset && entry.hasNotReset) this.hasCollision = true;
    if (entry.sum.boundsReconciled) this.hasReconciled = true;
  }
}
