import type { PartitionEntry } from '../partition/manifest.ts';

export const DAY_MS = 24 * 3_600_000;
// A day counts as over once nothing but stragglers can still come.
const DAY_DELAY_MS = 3 * 3_600_000;

/** The start of the UTC day the file belongs to. */
export function dayOf({ startMs }: Pick<PartitionEntry, 'startMs'>): number {
  return Math.floor(startMs / DAY_MS) * DAY_MS;
}

export function dayIsOver(entry: Pick<PartitionEntry, 'startMs'>, nowMs: number): boolean {
  return dayOf(entry) + DAY_MS + DAY_DELAY_MS <= nowMs;
}
