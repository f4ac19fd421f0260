import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import type { Around } from '../evaluation.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { QueryLimits } from '../limits.ts';
import type { NoteList } from '../notes.ts';
import { nodeAt } from '../parsed-queries.ts';
import type { Steps } from '../steps.ts';
import type { PackedLabels } from './packed-labels.ts';

/**
 * A part of a query that each shard can answer for its own series: the answers put side by side, or merged, are the answer.
 * A plain value, as the answers are: they travel between threads, or machines.
 */
export interface Fragment {
  /** `aggregate` asks for partial aggregates, of the aggregation that `part` then is; `rows` for the vector. */
  readonly wanted: 'rows' | 'aggregate';
  /** A node of the query by its place, which is little to send; or, of an expression that is not in it, the whole. */
  readonly part: number | Expr;
  /** The whole query: annotations name places in it. */
  readonly query: string;
  readonly steps: Steps;
  readonly querySteps: Steps;
  readonly lookbackMs: number;
  readonly detectsResets: boolean;
  readonly anyOrder: boolean;
  readonly around: Around;
  readonly limits: QueryLimits;
  /** Whether the answer is to tell what each part of it did. */
  readonly explain: boolean;
  /** How much of the time limit is used up. */
  readonly elapsedMs: number;
}

/** The expression a fragment asks for. */
export function exprOf({ query, part }: Pick<Fragment, 'query' | 'part'>): Expr {
  return typeof part === 'number' ? nodeAt(query, part) : part;
}

/** What one shard has to say. */
export interface FragmentAnswer {
  readonly rows: PackedRows;
  /** The accumulator's state, whose groups are `rows`' labels; null when rows were wanted. */
  readonly state: unknown;
  readonly warnings: NoteList;
  readonly infos: NoteList;
  readonly cost: FragmentCost;
  /** Null unless it was asked for. */
  readonly explanation: Explanation | null;
}

export interface FragmentCost {
  readonly seriesSelected: number;
  readonly samplesQueried: number;
  readonly samplesPeak: number;
  readonly bytesPeak: number;
  readonly elapsedMs: number;
}

/** A block; of groups only the labels. */
export interface PackedRows {
  readonly labels: PackedLabels;
  /** 1 where the name is to go. */
  readonly dropName: Uint8Array;
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
  readonly histograms: readonly (Histogram | null)[] | null;
}
