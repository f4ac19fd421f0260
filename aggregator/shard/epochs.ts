import { RANGE_MS, rangeStart } from '../head/head.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import type { Batch } from './batch.ts';

// An epoch starts at most this long before a range does.
const LEAD_MS = 60_000;

/**
 * The journal's epochs: a series is a number in a record, and an epoch defines all the numbers it uses, so the log can be
 * cut where one begins (docs/formats/metrics-records.md).
 */
export class Epochs {
  #current = 1;
  #starts: { readonly epoch: number; readonly position: LogPosition }[] = [];
  /** By series: the epoch that durably defined it last, and the batch that was last found to have to. */
  #definedIn = new Uint32Array(256);
  #foundIn = new Uint32Array(256);
  #batches = 0;
  #rangeStartMs = -1;

  get current(): number {
    return this.#current;
  }

  /** After a replay: the epochs that are in the log, and a new one at its end. */
  restore(starts: ReadonlyMap<number, LogPosition>, newest: number, end: LogPosition): void {
    this.#starts = Array.from(starts, ([epoch, position]) => ({ epoch, position }));
    this.#current = newest;
    this.begin(end);
  }

  /** Starts a new epoch at this position, between two records. */
  begin(position: LogPosition): void {
    this.#current++;
    this.#starts.push({ epoch: this.#current, position });
  }

  /** True shortly before a new range begins: an epoch that starts then lets the log be cut right there later. */
  isDue(nowMs: number): boolean {
    const next = rangeStart(nowMs) + RANGE_MS;
    if (next - nowMs > LEAD_MS || this.#rangeStartMs === next) return false;
    this.#rangeStartMs = next;
    return true;
  }

  /** The series of the batch that the current epoch has not durably defined yet. */
  undefinedIn(batch: Batch): readonly number[] {
    this.#batches = (this.#batches + 1) >>> 0;
    const found: number[] = [];
    const { count, series, histograms, exemplars } = batch;
    for (let i = 0; i < count; i++) this.#need(series[i]!, found);
    for (const entry of histograms) this.#need(entry.series, found);
    for (const entry of exemplars) this.#need(entry.series, found);
    return found;
  }

  /** A record of that epoch with their definitions is durable. */
  markDefined(series: readonly number[], epoch: number): void {
    for (const one of series) this.#definedIn[one] = epoch;
  }

  /** All series have new numbers. */
  forgetSeries(): void {
    this.#definedIn = new Uint32Array(256);
    this.#foundIn = new Uint32Array(256);
  }

  /** The latest start of an epoch that is not behind `needed`, or null; earlier ones are forgotten. */
  cutBefore(needed: LogPosition): LogPosition | null {
    const cut = this.#starts.filter(({ position }) => position <= needed).at(-1);
    if (!cut) return null;
    this.#starts = this.#starts.filter(({ position }) => position >= cut.position);
    return cut.position;
  }

  #need(series: number, found: number[]): void {
    if (this.#definedIn[series] === this.#current || this.#foundIn[series] === this.#batches) return;
    if (series >= this.#definedIn.length) {
      const size = Math.max(series + 1, this.#definedIn.length * 2);
      this.#definedIn = larger(this.#definedIn, size);
      this.#foundIn = larger(this.#foundIn, size);
    }
    this.#foundIn[series] = this.#batches;
    found.push(series);
  }
}

function larger(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(size);
  copy.set(array);
  return copy;
}
