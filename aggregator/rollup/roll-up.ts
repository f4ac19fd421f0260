import { detectReset } from '@tocsin/protocol/histogram/counter-reset.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { HistogramSum } from '@tocsin/protocol/histogram/histogram-sum.ts';
import { isReset } from '@tocsin/protocol/series/counter-start.ts';
import type { HistogramRollup, Rollups } from '@tocsin/protocol/series/rollups.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import { partOf, type SampleColumns } from '../head/sample-columns.ts';

/**
 * The windows of a series, (end - resolution, end], aligned to the epoch; those without samples are absent, and stale markers
 * are not counted. Where a window has floats and native histograms, each kind, or each run of a kind, is a window of its
 * own. Native histograms that do not fit together (exponential and custom buckets) begin a new window too.
 */
export function rollUp(columns: SampleColumns, resolutionMs: number): SampleColumns {
  const builder = new WindowBuilder(columns);
  for (let i = 0; i < columns.timestampsMs.length; i++) {
    if (!columns.histograms?.[i] && isStaleAt(columns.values, i)) continue;
    builder.add(i, windowEnd(columns.timestampsMs[i]!, resolutionMs));
  }
  return builder.finish();
}

/** The end of the window that holds the timestamp. */
export function windowEnd(timestampMs: number, resolutionMs: number): number {
  return Math.ceil(timestampMs / resolutionMs) * resolutionMs;
}

/** Columns of `length` windows, to be filled. */
function newRollups(length: number, hasStarts: boolean): Rollups {
  const column = (): Float64Array => new Float64Array(length);
  return {
    firstTimestampsMs: column(),
    first: column(),
    count: column(),
    sum: column(),
    min: column(),
    max: column(),
    resets: column(),
    ...(hasStarts && { firstStartsMs: column() }),
  };
}

class WindowBuilder {
  readonly #from: SampleColumns;
  readonly #timestampsMs: Float64Array;
  readonly #values: Float64Array;
  readonly #startsMs: Float64Array | null;
  readonly #rollups: Rollups;
  readonly #lastHistograms: (Histogram | null)[] = [];
  readonly #histograms: (HistogramRollup | null)[] = [];
  #open: OpenHistograms | null = null;
  #hasHistograms = false;
  #windows = 0;
  #endMs = Number.NaN;
  #isHistogram = false;
  /** The sample before, of the same window. */
  #previous = 0;
  /** What the window's sum lost to rounding so far (Neumaier). */
  #lost = 0;

  constructor(from: SampleColumns) {
    const { length } = from.timestampsMs;
    this.#from = from;
    this.#timestampsMs = new Float64Array(length);
    this.#values = new Float64Array(length);
    this.#startsMs = from.startsMs ? new Float64Array(length) : null;
    this.#rollups = newRollups(length, from.startsMs !== undefined);
  }

  add(i: number, endMs: number): void {
    const histogram = this.#from.histograms?.[i] ?? null;
    const continues = endMs === this.#endMs && this.#isHistogram === (histogram !== null);
    if (histogram !== null) this.#addHistogram(i, endMs, histogram, continues);
    else if (continues) this.#addFloat(i);
    else this.#beginFloat(i, endMs);
    const at = this.#windows - 1;
    this.#timestampsMs[at] = this.#from.timestampsMs[i]!;
    if (this.#startsMs) this.#startsMs[at] = this.#from.startsMs![i]!;
    this.#previous = i;
  }

  finish(): SampleColumns {
    this.#closeWindow();
    const all: SampleColumns = {
      timestampsMs: this.#timestampsMs,
      values: this.#values,
      ...(this.#startsMs && { startsMs: this.#startsMs }),
      ...(this.#hasHistograms && { histograms: this.#lastHistograms }),
      rollups: { ...this.#rollups, ...(this.#hasHistograms && { histograms: this.#histograms }) },
    };
    return partOf(all, 0, this.#windows);
  }

  #begin(i: number, endMs: number, isHistogram: boolean): number {
    this.#closeWindow();
    const at = this.#windows++;
    this.#endMs = endMs;
    this.#isHistogram = isHistogram;
    this.#rollups.firstTimestampsMs[at] = this.#from.timestampsMs[i]!;
    if (this.#rollups.firstStartsMs) this.#rollups.firstStartsMs[at] = this.#from.startsMs![i]!;
    this.#rollups.count[at] = 1;
    return at;
  }

  #beginFloat(i: number, endMs: number): void {
    const at = this.#begin(i, endMs, false);
    const value = this.#from.values[i]!;
    const { first, sum, min, max } = this.#rollups;
    first[at] = value;
    sum[at] = value;
    min[at] = value;
    max[at] = value;
    this.#values[at] = value;
    this.#lastHistograms.push(null);
    this.#histograms.push(null);
  }

  #addFloat(i: number): void {
    const at = this.#windows - 1;
    const { count, sum, min, max, resets } = this.#rollups;
    const value = this.#from.values[i]!;
    const previous = this.#values[at]!;
    count[at]! += 1;
    this.#addTo(sum, at, value);
    // NaN is neither smaller nor larger, unless there is nothing else.
    if (value < min[at]! || Number.isNaN(min[at])) min[at] = value;
    if (value > max[at]! || Number.isNaN(max[at])) max[at] = value;
    if (value < previous || this.#beginsAnew(i)) resets[at]! += previous;
    this.#values[at] = value;
  }

  #addHistogram(i: number, endMs: number, histogram: Histogram, continues: boolean): void {
    if (continues && this.#open?.add(histogram, this.#beginsAnew(i))) {
      this.#rollups.count[this.#windows - 1]! += 1;
      return;
    }
    const at = this.#begin(i, endMs, true);
    this.#hasHistograms = true;
    this.#open = new OpenHistograms(histogram);
    for (const name of ['first', 'sum', 'min', 'max'] as const) this.#rollups[name][at] = Number.NaN;
    this.#values[at] = Number.NaN;
  }

  #addTo(sum: Float64Array, at: number, value: number): void {
    const before = sum[at]!;
    const next = before + value;
    if (Number.isFinite(next))
      this.#lost += Math.abs(before) >= Math.abs(value) ? before - next + value : value - next + before;
    else this.#lost = 0;
    sum[at] = next;
  }

  #closeWindow(): void {
    if (this.#windows > 0) this.#rollups.sum[this.#windows - 1]! += this.#lost;
    this.#lost = 0;
    if (this.#open === null) return;
    this.#lastHistograms.push(this.#open.last);
    this.#histograms.push(this.#open.finish());
    this.#open = null;
  }

  #beginsAnew(i: number): boolean {
    const { startsMs, timestampsMs } = this.#from;
    if (!startsMs) return false;
    const before = this.#previous;
    return isReset(startsMs[before]!, timestampsMs[before]!, startsMs[i]!, timestampsMs[i]!);
  }
}

/** The native histograms of a window, being added up. */
class OpenHistograms {
  readonly #first: Histogram;
  readonly #sum: HistogramSum;
  #resets: HistogramSum | null = null;
  last: Histogram;

  constructor(first: Histogram) {
    this.#first = first;
    this.#sum = new HistogramSum(first);
    this.last = first;
  }

  /** False when it does not fit the others. */
  add(histogram: Histogram, beginsAnew: boolean): boolean {
    if (!this.#sum.add(histogram)) return false;
    if (beginsAnew || detectReset(histogram, this.last)) {
      if (this.#resets === null) this.#resets = new HistogramSum(this.last);
      else this.#resets.add(this.last);
    }
    this.last = histogram;
    return true;
  }

  finish(): HistogramRollup {
    return {
      first: this.#first,
      sum: this.#sum.finish(),
      resets: this.#resets === null ? null : this.#resets.finish(),
    };
  }
}
