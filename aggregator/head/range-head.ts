import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { isStale } from '@tocsin/protocol/series/stale.ts';
import type { SeriesLender } from '../lent/series-lender.ts';
import { ACCEPTED, CONFLICTING, REPEATED } from './append-verdict.ts';
import { ChunkStore } from './chunk-store.ts';
import { HistogramSamples } from './histogram-samples.ts';
import { LateSamples } from './late-samples.ts';
import { OPEN_SAMPLES_MAX, OpenChunks, OpenPools } from './open-chunks.ts';
import { mergeColumns, NO_SAMPLES, type SampleColumns, sliceColumns } from './sample-columns.ts';
import { StartRuns } from './start-runs.ts';

// One series is looked at at a time, whichever range it belongs to.
const openOffsets = new Float64Array(OPEN_SAMPLES_MAX);
const openValues = new Float64Array(OPEN_SAMPLES_MAX);
// The chunks of one series, the newest first.
const lentChunks: number[] = [];
let lastId = 0;
const FIRST_LENGTHS = 4;
const NEIGHBOURS_SHIFT = 6;

/**
 * The samples of one time range in memory, [startMs, startMs + lengthMs). The newest samples of each series are open,
 * in slabs; before them lie compressed chunks; what came out of order is kept beside them. Offsets are milliseconds
 * since the range's start, in 32 bits. A class over typed arrays: it is appended to once per sample.
 */
export class RangeHead {
  /** Its own, and no other range's ever. */
  readonly id = ++lastId;
  readonly startMs: number;
  readonly endMs: number;
  /** The log's position of the first record with a sample in here. */
  readonly firstPosition: number;
  samples = 0;
  /** When the last sample came, for finding out that a late range has become quiet. */
  touchedMs = 0;
  readonly #open: OpenChunks;
  readonly #chunks = new ChunkStore();
  readonly #late = new Map<number, LateSamples>();
  readonly #histograms = new Map<number, HistogramSamples>();
  /** Of series whose samples say when their counter began. */
  readonly #starts = new Map<number, StartRuns>();
  /** By series: slot + 1, or 0. */
  #slotOf = new Uint32Array(64);
  /** By slot. */
  #slots = 0;
  #series = new Uint32Array(64);
  #chunk = new Int32Array(64);

  /** `pools` are shared with other ranges. */
  constructor(startMs: number, lengthMs: number, firstPosition: number, pools = new OpenPools()) {
    this.#open = new OpenChunks(pools);
    this.startMs = startMs;
    this.endMs = startMs + lengthMs;
    this.firstPosition = firstPosition;
  }

  get seriesCount(): number {
    return this.#slots;
  }

  get heldBytes(): number {
    const slots = this.#series.length * 8 + this.#slotOf.byteLength;
    let starts = 0;
    for (const runs of this.#starts.values()) starts += runs.heldBytes;
    return this.#open.heldBytes + this.#chunks.heldBytes + slots + starts;
  }

  /** Adds one float sample of this range; `counterStartMs` is 0 when not known. */
  append(series: number, timestampMs: number, value: number, counterStartMs = 0): number {
    const offset = timestampMs - this.startMs;
    const slot = this.#slotFor(series);
    if (counterStartMs === 0 && this.#starts.size === 0) {
      if (this.#histograms.size > 0 || !this.#open.appendNext(slot, offset, value))
        return this.#appendFloat(slot, offset, value);
      this.samples++;
      return ACCEPTED;
    }
    const newestOffset = this.#newestOf(slot);
    const verdict = this.#appendFloat(slot, offset, value);
    if (verdict === ACCEPTED) this.#setStart(slot, offset, counterStartMs, newestOffset);
    return verdict;
  }

  #appendFloat(slot: number, offset: number, value: number): number {
    const newest = this.#newestFloatOf(slot);
    if (offset === newest && this.#open.countOf(slot) > 0)
      return sameValue(value, this.#open.lastValue(slot)) ? REPEATED : CONFLICTING;
    if (offset <= newest) return this.#appendLate(slot, offset, value);
    if (this.#histograms.size > 0 && this.#histograms.get(slot)?.has(offset)) return CONFLICTING;
    if (this.#open.countOf(slot) >= this.#openMax(slot)) this.#compress(slot);
    this.#open.append(slot, offset, value);
    this.samples++;
    return ACCEPTED;
  }

  appendHistogram(series: number, timestampMs: number, histogram: Histogram, counterStartMs = 0): number {
    const offset = timestampMs - this.startMs;
    const slot = this.#slotFor(series);
    let histograms = this.#histograms.get(slot);
    if (!histograms) {
      histograms = new HistogramSamples();
      this.#histograms.set(slot, histograms);
    }
    if (this.#floatAt(slot, offset) !== null) return CONFLICTING;
    const newestOffset = this.#newestOf(slot);
    const verdict = histograms.insert(offset, histogram);
    if (verdict !== ACCEPTED) return verdict;
    this.samples++;
    if (counterStartMs !== 0 || this.#starts.size > 0)
      this.#setStart(slot, offset, counterStartMs, newestOffset);
    return verdict;
  }

  #setStart(slot: number, offset: number, counterStartMs: number, newestOffset: number): void {
    let runs = this.#starts.get(slot);
    if (!runs) {
      if (counterStartMs === 0) return;
      runs = new StartRuns(newestOffset);
      this.#starts.set(slot, runs);
    }
    runs.set(offset, counterStartMs);
  }

  /** The newest sample's offset, or -1. */
  #newestOf(slot: number): number {
    return Math.max(this.#newestFloatOf(slot), this.#histograms.get(slot)?.newestOffset ?? -1);
  }

  /** The newest float sample's offset, or -1. */
  #newestFloatOf(slot: number): number {
    if (this.#open.countOf(slot) > 0) return this.#open.lastOffset(slot);
    const chunk = this.#chunk[slot]!;
    return chunk >= 0 ? this.#chunks.lastOf(chunk) : -1;
  }

  /** Puts new numbers in the place of the series'; nobody may be reading. */
  renumber(numberOf: Uint32Array): void {
    let slots = new Uint32Array(64);
    for (let slot = 0; slot < this.#slots; slot++) {
      const series = numberOf[this.#series[slot]!]!;
      if (series >= slots.length)
        slots = copied(slots, new Uint32Array(Math.max(series + 1, slots.length * 2)));
      slots[series] = slot + 1;
      this.#series[slot] = series;
    }
    this.#slotOf = slots;
  }

  /** The series that have samples here, in order of their first. */
  series(): Uint32Array {
    return this.#series.subarray(0, this.#slots);
  }

  has(series: number): boolean {
    return (this.#slotOf[series] ?? 0) > 0;
  }

  /** The series' samples in (minTimestampMs, maxTimestampMs]. */
  read(
    series: number,
    minTimestampMs = Number.NEGATIVE_INFINITY,
    maxTimestampMs = Number.POSITIVE_INFINITY,
  ): SampleColumns {
    const slot = this.slotOf(series);
    return slot < 0 ? NO_SAMPLES : this.readSlot(slot, minTimestampMs, maxTimestampMs);
  }

  /** Where the series' samples are, or -1. It stays the same when series get new numbers. */
  slotOf(series: number): number {
    return (this.#slotOf[series] ?? 0) - 1;
  }

  readSlot(slot: number, minTimestampMs: number, maxTimestampMs: number): SampleColumns {
    const ordered = this.#readOrdered(slot, minTimestampMs - this.startMs, maxTimestampMs - this.startMs);
    const late = this.#late.get(slot);
    const histograms = this.#histograms.get(slot);
    const starts = this.#starts.get(slot);
    const pieces = [ordered];
    if (late) pieces.push(this.#columnsOf(late.offsets, late.values, late.length));
    if (histograms) pieces.push(histograms.columns(this.startMs));
    const columns = sliceColumns(mergeColumns(pieces), minTimestampMs, maxTimestampMs);
    if (!starts || columns.timestampsMs.length === 0) return columns;
    return { ...columns, startsMs: starts.columnFor(columns.timestampsMs, this.startMs) };
  }

  #slotFor(series: number): number {
    if (series >= this.#slotOf.length) {
      const larger = new Uint32Array(Math.max(series + 1, this.#slotOf.length * 2));
      larger.set(this.#slotOf);
      this.#slotOf = larger;
    }
    const known = this.#slotOf[series]!;
    if (known > 0) return known - 1;
    const slot = this.#slots++;
    if (slot === this.#series.length) this.#growSlots();
    this.#slotOf[series] = slot + 1;
    this.#series[slot] = series;
    this.#chunk[slot] = -1;
    return slot;
  }

  /** Compresses what is open of up to `slots` series from `from` on; for a range that is over. Returns where to go on, or -1. */
  close(from: number, slots: number): number {
    const end = Math.min(this.#slots, from + slots);
    for (let slot = from; slot < end; slot++) if (this.#open.countOf(slot) > 0) this.#compress(slot);
    return end === this.#slots ? -1 : end;
  }

  /**
   * Series begin together, so their first chunks have different lengths: otherwise all would be full, and large, at the same
   * time. Neighbours, which are often scraped together, have the same: then a query decodes their timestamps once.
   */
  #openMax(slot: number): number {
    if (this.#chunk[slot]! >= 0) return OPEN_SAMPLES_MAX;
    const group = (slot >>> NEIGHBOURS_SHIFT) % FIRST_LENGTHS;
    return OPEN_SAMPLES_MAX - group * (OPEN_SAMPLES_MAX / FIRST_LENGTHS);
  }

  /** Turns the open samples into a compressed chunk. */
  #compress(slot: number): void {
    this.#open.read(slot, openOffsets, openValues, 0);
    const count = this.#open.countOf(slot);
    this.#chunk[slot] = this.#chunks.add(openOffsets, openValues, count, this.#chunk[slot]!);
    this.#open.clear(slot);
  }

  #appendLate(slot: number, offset: number, value: number): number {
    const existing = this.#floatAt(slot, offset);
    if (existing !== null) return sameValue(value, existing) ? REPEATED : CONFLICTING;
    if (this.#histograms.get(slot)?.has(offset)) return CONFLICTING;
    let late = this.#late.get(slot);
    if (!late) {
      late = new LateSamples();
      this.#late.set(slot, late);
    }
    late.insert(late.indexOf(offset), offset, value);
    this.samples++;
    return ACCEPTED;
  }

  /** The float sample at this offset, or null. */
  #floatAt(slot: number, offset: number): number | null {
    const late = this.#late.get(slot);
    if (late) {
      const index = late.indexOf(offset);
      if (index < late.length && late.offsets[index] === offset) return late.values[index]!;
    }
    const open = this.#open.countOf(slot);
    if (open > 0 && offset >= this.#open.firstOffset(slot)) {
      this.#open.read(slot, openOffsets, openValues, 0);
      const index = openOffsets.subarray(0, open).indexOf(offset);
      return index < 0 ? null : openValues[index]!;
    }
    for (let chunk = this.#chunk[slot]!; chunk >= 0; chunk = this.#chunks.previousOf(chunk)) {
      if (offset > this.#chunks.lastOf(chunk)) return null;
      if (offset < this.#chunks.firstOf(chunk)) continue;
      const samples = this.#chunks.samplesOf(chunk);
      const offsets = new Float64Array(samples);
      const values = new Float64Array(samples);
      this.#chunks.read(chunk, offsets, values, 0);
      const index = offsets.indexOf(offset);
      return index < 0 ? null : values[index]!;
    }
    return null;
  }

  /** The chunks that reach into (minOffset, maxOffset], whole, and the open samples. */
  #readOrdered(slot: number, minOffset: number, maxOffset: number): SampleColumns {
    const total = this.#orderedCount(slot, minOffset, maxOffset);
    if (total === 0) return NO_SAMPLES;
    const timestampsMs = new Float64Array(total);
    const values = new Float64Array(total);
    this.#fillOrdered(slot, minOffset, maxOffset, timestampsMs, values, total);
    return { timestampsMs, values };
  }

  /**
   * How many samples `readInto` would write at most, or -1 when the slot has samples that are not in order, not floats, or say when they began,
   * for which only `readSlot` is good.
   */
  countOrdered(slot: number, minTimestampMs: number, maxTimestampMs: number): number {
    if (this.#late.size > 0 && this.#late.has(slot)) return -1;
    if (this.#histograms.size > 0 && this.#histograms.has(slot)) return -1;
    if (this.#starts.size > 0 && this.#starts.has(slot)) return -1;
    return this.#orderedCount(slot, minTimestampMs - this.startMs, maxTimestampMs - this.startMs);
  }

  /** True when `countOrdered` surely counts samples of the same times for both slots. */
  haveSameTimes(a: number, b: number, minTimestampMs: number, maxTimestampMs: number): boolean {
    const minOffset = minTimestampMs - this.startMs;
    const maxOffset = maxTimestampMs - this.startMs;
    if (!this.#open.haveSameOffsets(a, b)) return false;
    let left = this.#chunk[a]!;
    let right = this.#chunk[b]!;
    while (left >= 0 && right >= 0) {
      if (this.#chunks.lastOf(left) <= minOffset && this.#chunks.lastOf(right) <= minOffset) return true;
      const isRead = this.#chunks.firstOf(left) <= maxOffset || this.#chunks.firstOf(right) <= maxOffset;
      if (isRead && !this.#chunks.haveSameOffsets(left, right)) return false;
      left = this.#chunks.previousOf(left);
      right = this.#chunks.previousOf(right);
    }
    return left === right;
  }

  /**
   * Writes what `countOrdered` counted, which may reach beyond both ends, so that it ends before `end`; without
   * `timestampsMs` the values only.
   */
  readInto(
    slot: number,
    minTimestampMs: number,
    maxTimestampMs: number,
    timestampsMs: Float64Array | null,
    values: Float64Array,
    end: number,
  ): void {
    this.#fillOrdered(
      slot,
      minTimestampMs - this.startMs,
      maxTimestampMs - this.startMs,
      timestampsMs,
      values,
      end,
    );
  }

  /** Lends what `countOrdered` counted, which must not be -1. */
  lendOrdered(slot: number, minTimestampMs: number, maxTimestampMs: number, lender: SeriesLender): void {
    const minOffset = minTimestampMs - this.startMs;
    const maxOffset = maxTimestampMs - this.startMs;
    let count = 0;
    for (let chunk = this.#chunk[slot]!; chunk >= 0; chunk = this.#chunks.previousOf(chunk)) {
      if (this.#chunks.lastOf(chunk) <= minOffset) break;
      if (this.#chunks.firstOf(chunk) <= maxOffset) lentChunks[count++] = chunk;
    }
    while (count > 0) this.#chunks.lend(lentChunks[--count]!, this.startMs, lender);
    const open = this.#open.countOf(slot);
    if (open > 0) lender.open(this.#open, slot, open, this.startMs);
  }

  #orderedCount(slot: number, minOffset: number, maxOffset: number): number {
    let total = this.#open.countOf(slot);
    for (let chunk = this.#chunk[slot]!; chunk >= 0; chunk = this.#chunks.previousOf(chunk)) {
      if (this.#chunks.lastOf(chunk) <= minOffset) break;
      if (this.#chunks.firstOf(chunk) <= maxOffset) total += this.#chunks.samplesOf(chunk);
    }
    return total;
  }

  #fillOrdered(
    slot: number,
    minOffset: number,
    maxOffset: number,
    timestampsMs: Float64Array | null,
    values: Float64Array,
    end: number,
  ): void {
    let at = end;
    if (this.#open.countOf(slot) > 0) {
      at -= this.#open.countOf(slot);
      this.#open.read(slot, timestampsMs, values, at);
    }
    for (let chunk = this.#chunk[slot]!; chunk >= 0; chunk = this.#chunks.previousOf(chunk)) {
      if (this.#chunks.lastOf(chunk) <= minOffset) break;
      if (this.#chunks.firstOf(chunk) > maxOffset) continue;
      at -= this.#chunks.samplesOf(chunk);
      this.#chunks.read(chunk, timestampsMs, values, at);
    }
    if (timestampsMs === null) return;
    const { startMs } = this;
    for (let i = at; i < end; i++) timestampsMs[i]! += startMs;
  }

  #columnsOf(offsets: Float64Array, values: Float64Array, length: number): SampleColumns {
    return {
      timestampsMs: offsets.slice(0, length).map((offset) => offset + this.startMs),
      values: values.slice(0, length),
    };
  }

  #growSlots(): void {
    const size = this.#series.length * 2;
    this.#series = copied(this.#series, new Uint32Array(size));
    this.#open.grow(size);
    this.#chunk = copied(this.#chunk, new Int32Array(size));
  }
}

/** Equal as Prometheus compares them: by bits, so a stale marker is not any NaN. */
function sameValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b) && isStale(a) === isStale(b));
}

interface Column {
  set(from: ArrayLike<number>): void;
}

function copied<T extends Column & ArrayLike<number>>(from: T, to: T): T {
  to.set(from);
  return to;
}
