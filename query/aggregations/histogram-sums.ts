import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';

interface Entry {
  readonly sum: HistogramSum;
  count: number;
  hasReset: boolean;
  hasNotReset: boolean;
  incompatible: boolean;
}

/** The histograms of an aggregation, summed by element; few queries have any, so a Map and not columns. */
export class HistogramSums {
  readonly entries = new Map<number, Entry>();
  hasIncompatible = false;
  hasCollision = false;
  hasReconciled = false;

  add(element: number, histogram: Histogram): void {
    const entry = this.entries.get(element);
    const { counterReset } = histogram;
    if (entry === undefined) {
      const hasReset = counterReset === 'reset';
      const hasNotReset = counterReset === 'none';
      this.entries.set(element, {
        sum: new HistogramSum(histogram),
        count: 1,
        hasReset,
        hasNotReset,
        incompatible: false,
      });
      return;
    }
    entry.count++;
    entry.hasReset ||= counterReset === 'reset';
    entry.hasNotReset ||= counterReset === 'none';
    if (entry.incompatible) return;
    if (!entry.sum.add(histogram)) {
      entry.incompatible = true;
      this.hasIncompatible = true;
      return;
    }
    if (entry.hasReset && entry.hasNotReset) this.hasCollision = true;
    if (entry.sum.boundsReconciled) this.hasReconciled = true;
  }

  /** The sum at an element; null when there is none or its parts do not fit together. */
  at(element: number): { readonly histogram: Histogram; readonly count: number } | null {
    const entry = this.entries.get(element);
    if (entry === undefined || entry.incompatible) return null;
    return { histogram: entry.sum.finish(), count: entry.count };
  }
}
