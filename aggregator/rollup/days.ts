import type { PartitionEntry } from '../partition/manifest.ts';

export const DAY_MS = 24 * 3_600_000;
// A day counts as over once nothing but stragglers can still come.
const DAY_DELAY_MS = 3 * 3_600_000;
// A month's days have all been rolled up by then.
const MONTH_DELAY_MS = 2 * DAY_MS;

/** The start of the UTC day the file belongs to. */
export function dayOf({ startMs }: Pick<PartitionEntry, 'startMs'>): number {
  return Math.floor(startMs / DAY_MS) * DAY_MS;
}

export function dayIsOver(entry: Pick<PartitionEntry, 'startMs'>, nowMs: number): boolean {
  return dayOf(entry) + DAY_MS + DAY_DELAY_MS <= nowMs;
}

/** The start of the UTC month the file belongs to. */
export function monthOf({ startMs }: Pick<PartitionEntry, 'startMs'>): number {
  const at = new Date(startMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
}

export function monthIsOver(entry: Pick<PartitionEntry, 'startMs'>, nowMs: number): boolean {
  const at = new Date(entry.startMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) + MONTH_DELAY_MS <= nowMs;
}

/** Days of a quarter of a month; its last one has what is left of the month. */
const QUARTER_DAYS = 8;

/** The start of the quarter of its UTC month that the file belongs to. */
export function quarterOf({ startMs }: Pick<PartitionEntry, 'startMs'>): number {
  const at = new Date(startMs);
  const quarter = Math.floor((at.getUTCDate() - 1) / QUARTER_DAYS);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1 + quarter * QUARTER_DAYS);
}

/** A quarter is over a while after its last day, the last one of a month together with the month. */
export function quarterIsOver(entry: Pick<PartitionEntry, 'startMs'>, nowMs: number): boolean {
  return quarterOf({ startMs: nowMs - MONTH_DELAY_MS }) > quarterOf(entry);
}
