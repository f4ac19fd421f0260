import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';

/** What the admin API asks of the store. */
export interface Administration {
  /** Deletes the samples in the range (both ends inclusive, ms) of series that match any of the sets. */
  deleteSeries(matcherSets: readonly (readonly Matcher[])[], startMs: number, endMs: number): Promise<void>;
  /** Rewrites what deletions have only marked. */
  cleanTombstones(): Promise<void>;
  /** Makes a consistent copy below the data folder; gives its name. */
  snapshot(options: { readonly skipHead: boolean }): Promise<string>;
  /** Seals and compacts what can be, now. */
  compact(): Promise<void>;
}
