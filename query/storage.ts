import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Partner } from './partner/partner.ts';
import type { Fragment, FragmentAnswer } from './shards/fragment.ts';

/** What one selector of a query needs. */
export interface Selection {
  readonly matchers: readonly Matcher[];
  /** Exclusive: a range and a lookback are open on the left. */
  readonly minTimestampMs: number;
  /** Inclusive. */
  readonly maxTimestampMs: number;
  /** `select` throws `tooManyToRead` rather than read more samples than this. */
  readonly samplesMax?: number;
  /** Where `open` finds series is told here, by `head` or the tier of a file: for explanations. */
  readonly report?: (source: string, series: number) => void;
  readonly hints: SelectionHints;
}

/** What the query will do with the samples; a storage may use it to answer from a coarser tier, or ignore it. */
export interface SelectionHints {
  /** The function or aggregation directly around the selector, for example `rate`; null when there is none. */
  readonly function: string | null;
  /** The width of a range selector; 0 for an instant selector. */
  readonly rangeMs: number;
  /** The first time the selector is read at, in milliseconds, offset and `@` counted in. */
  readonly firstMs: number;
  /** The distance of the times it is read at; 0 when there is one. */
  readonly stepMs: number;
  /** What of roll-ups would do in the place of samples; null when only samples do. */
  readonly rollups: RollupNeeds | null;
  /** The labels of the aggregation directly around, with `by` telling whether they are kept or dropped. */
  readonly grouping: readonly string[];
  readonly by: boolean;
}

/** Which columns of roll-ups are needed. */
export interface RollupNeeds {
  /** Of windows that end where the query's own windows do; null when they are only to be read where samples are gone. */
  readonly whole: readonly RollupColumn[] | null;
  /** Of windows that a query's window may cut. */
  readonly cut: readonly RollupColumn[];
}

/** A series of a selection, to be read once or more. */
export interface SeriesSource {
  readonly labels: Labels;
  /**
   * The arrays hold until another series of the selection is read. Timestamps that are the very array of the series read before
   * are what they were then.
   */
  read(): SeriesColumns;
}

/** The select interface the evaluator runs over. */
export interface Storage {
  /**
   * The series that match, in any order, no two with equal labels, each with its samples in
   * (minTimestampMs, maxTimestampMs]; where it answers with roll-ups, a window that the end cuts comes too. The arrays stay
   * the storage's: the evaluator only reads them.
   */
  select(selection: Selection, signal: AbortSignal): Promise<readonly SeriesColumns[]>;
  /**
   * The same series, each decoded when it is read: what goes over ten thousand series once then works in the same few
   * kilobytes throughout. Some may turn out to have no samples. A storage that has all in memory anyway needs no `open`.
   */
  open?(selection: Selection, signal: AbortSignal): Promise<readonly SeriesSource[]>;
  /**
   * Each shard's answer to a part of the query, where the storage has shards that can evaluate: no series is with two of
   * them. What is left to do is done with `select`.
   */
  evaluate?(fragment: Fragment, signal: AbortSignal): Promise<readonly FragmentAnswer[]>;
  /** Who may work out rows of this storage's series beside the evaluator; absent where there is nobody. */
  readonly partner?: Partner;
}
