import { coarserIndex, isCustom, spansOf, spellOut, upperBound } from './buckets.ts';
import { commonBounds, remapToBounds } from './custom-bounds.ts';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from './histogram.ts';

/** A sum and what floating point lost of it (Neumaier). */
class Exact {
  sum: number;
  lost = 0;

  constructor(sum: number) {
    this.sum = sum;
  }

  add(value: number): void {
    const { sum } = this;
    const next = sum + value;
    if (Number.isFinite(next))
      this.lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    else this.lost = 0;
    this.sum = next;
  }

  get value(): number {
    return this.sum + this.lost;
  }
}

type Side = Map<number, Exact>;

/**
 * Adds and subtracts histograms: the result has the coarser schema and the wider zero bucket of all; custom
 * bounds that differ are reduced to those all have. Sums are compensated.
 */
export class HistogramSum {
  #schema: number;
  #bounds: readonly number[];
  #zeroThreshold: number;
  #zero: Exact;
  #count: Exact;
  #sum: Exact;
  #positive: Side;
  #negative: Side;
  #counterReset: Histogram['counterReset'];
  /** Reset and not-reset hints met, which cannot both hold for the sum. */
  resetCollision = false;
  /** Custom bounds differed and were reduced to the common ones. */
  boundsReconciled = false;

  constructor(first: Histogram) {
    this.#schema = first.schema;
    this.#bounds = first.customBounds;
    this.#zeroThreshold = first.zeroThreshold;
    this.#zero = new Exact(first.zeroCount);
    this.#count = new Exact(first.count);
    this.#sum = new Exact(first.sum);
    this.#positive = sideOf(first.positiveSpans, first.positiveBuckets);
    this.#negative = sideOf(first.negativeSpans, first.negativeBuckets);
    this.#counterReset = first.counterReset;
  }

  /** False when one has custom bounds and the other exponential buckets: then nothing is added. */
  add(other: Histogram, sign: 1 | -1 = 1): boolean {
    if (isCustom(other) !== (this.#schema === CUSTOM_BOUNDS_SCHEMA)) return false;
    this.#adjustCounterReset(other.counterReset);
    this.#count.add(sign * other.count);
    this.#sum.add(sign * other.sum);
    if (isCustom(other)) {
      this.#addCustom(other, sign);
      return true;
    }
    const zeroCount = this.#reconcileZero(other);
    this.#zero.add(sign * zeroCount);
    const schema = Math.min(this.#schema, other.schema);
    if (schema < this.#schema) {
      this.#positive = coarser(this.#positive, this.#schema, schema);
      this.#negative = coarser(this.#negative, this.#schema, schema);
      this.#schema = schema;
    }
    const threshold = this.#zeroThreshold;
    addSide(
      this.#positive,
      other.positiveSpans,
      other.positiveBuckets,
      other.schema,
      schema,
      threshold,
      sign,
    );
    addSide(
      this.#negative,
      other.negativeSpans,
      other.negativeBuckets,
      other.schema,
      schema,
      threshold,
      sign,
    );
    return true;
  }

  finish(): Histogram {
    return this.#withParts((exact) => exact.value);
  }

  /**
   * The sum in two histograms that another HistogramSum can add without losing what this one compensated: what
   * floating point made of it, and what it lost (null when that is nothing).
   */
  parts(): readonly [made: Histogram, lost: Histogram | null] {
    const lost = this.#withParts((exact) => exact.lost);
    const isNothing =
      lost.count === 0 &&
      lost.sum === 0 &&
      lost.zeroCount === 0 &&
      lost.positiveBuckets.length + lost.negativeBuckets.length === 0;
    return [this.#withParts((exact) => exact.sum), isNothing ? null : lost];
  }

  #withParts(part: (exact: Exact) => number): Histogram {
    const positive = finishSide(this.#positive, part);
    const negative = finishSide(this.#negative, part);
    return {
      schema: this.#schema,
      counterReset: this.#counterReset,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: part(this.#zero),
      count: part(this.#count),
      sum: part(this.#sum),
      positiveSpans: spansOf(positive.indexes),
      positiveBuckets: positive.counts,
      negativeSpans: spansOf(negative.indexes),
      negativeBuckets: negative.counts,
      customBounds: this.#bounds,
    };
  }

  #addCustom(other: Histogram, sign: number): void {
    let buckets = spellOut(other.positiveSpans, other.positiveBuckets);
    const bounds = commonBounds(this.#bounds, other.customBounds);
    if (bounds !== null) {
      this.boundsReconciled = true;
      const own = new Map<number, Exact>();
      for (const [index, exact] of this.#positive)
        merge(own, remapToBounds(index, this.#bounds, bounds), exact);
      this.#positive = own;
      buckets = {
        ...buckets,
        indexes: buckets.indexes.map((index) => remapToBounds(index, other.customBounds, bounds)),
      };
      this.#bounds = bounds;
    }
    buckets.indexes.forEach((index, i) => {
      addTo(this.#positive, index, sign * buckets.counts[i]!);
    });
  }

  #adjustCounterReset(other: Histogram['counterReset']): void {
    const own = this.#counterReset;
    if (own === other || own === 'gauge') return;
    if (other === 'gauge') this.#counterReset = 'gauge';
    else {
      if (own !== 'unknown' && other !== 'unknown') this.resetCollision = true;
      this.#counterReset = 'unknown';
    }
  }

  /** Widens the zero buckets until they are equal; returns what is then in the other's. */
  #reconcileZero(other: Histogram): number {
    let otherThreshold = other.zeroThreshold;
    let otherCount = other.zeroCount;
    const otherPositive = sideOf(other.positiveSpans, other.positiveBuckets);
    const otherNegative = sideOf(other.negativeSpans, other.negativeBuckets);
    while (otherThreshold !== this.#zeroThreshold) {
      if (this.#zeroThreshold > otherThreshold) {
        const wide = widenZero(
          other.schema,
          otherPositive,
          otherNegative,
          other.zeroCount,
          this.#zeroThreshold,
        );
        otherThreshold = wide.threshold;
        otherCount = wide.count;
      }
      if (otherThreshold > this.#zeroThreshold) {
        const wide = widenZero(
          this.#schema,
          this.#positive,
          this.#negative,
          this.#zero.value,
          otherThreshold,
        );
        this.#zeroThreshold = wide.threshold;
        this.#zero = new Exact(wide.count);
        dropWithin(this.#positive, this.#schema, wide.threshold);
        dropWithin(this.#negative, this.#schema, wide.threshold);
      }
    }
    return otherCount;
  }
}

function sideOf(spans: Histogram['positiveSpans'], counts: readonly number[]): Side {
  const buckets = spellOut(spans, counts);
  const side: Side = new Map();
  buckets.indexes.forEach((index, i) => {
    side.set(index, new Exact(buckets.counts[i]!));
  });
  return side;
}

function addTo(side: Side, index: number, value: number): void {
  const exact = side.get(index);
  if (exact === undefined) side.set(index, new Exact(value));
  else exact.add(value);
}

function merge(side: Side, index: number, value: Exact): void {
  const exact = side.get(index);
  if (exact === undefined) {
    side.set(index, value);
    return;
  }
  exact.add(value.sum);
  exact.add(value.lost);
}

function coarser(side: Side, from: number, to: number): Side {
  const result: Side = new Map();
  for (const [index, exact] of side) merge(result, coarserIndex(index, from, to), exact);
  return result;
}

function addSide(
  side: Side,
  spans: Histogram['positiveSpans'],
  counts: readonly number[],
  from: number,
  to: number,
  threshold: number,
  sign: number,
): void {
  const buckets = spellOut(spans, counts);
  buckets.indexes.forEach((index, i) => {
    // What lies in the zero bucket was counted there.
    if (upperBound(from, index) <= threshold) return;
    addTo(side, coarserIndex(index, from, to), sign * buckets.counts[i]!);
  });
}

function dropWithin(side: Side, schema: number, threshold: number): void {
  for (const index of [...side.keys()]) if (upperBound(schema, index) <= threshold) side.delete(index);
}

function finishSide(
  side: Side,
  part: (exact: Exact) => number,
): { readonly indexes: number[]; readonly counts: number[] } {
  const indexes = [...side.keys()].filter((index) => part(side.get(index)!) !== 0).sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => part(side.get(index)!)) };
}

/** The zero bucket for a larger threshold; one that would cut a populated bucket grows to its end. */
export function widenZero(
  schema: number,
  positive: ReadonlyMap<number, { readonly value: number }>,
  negative: ReadonlyMap<number, { readonly value: number }>,
  zeroCount: number,
  threshold: number,
): { readonly threshold: number; readonly count: number } {
  let wide = threshold;
  for (;;) {
    let count = zeroCount;
    let grown = wide;
    for (const side of [positive, negative]) {
      for (const [index, { value }] of side) {
        if (upperBound(schema, index - 1) >= wide || value === 0) continue;
        count += value;
        grown = Math.max(grown, upperBound(schema, index));
      }
    }
    if (grown === wide) return { threshold: wide, count };
    wide = grown;
  }
}
