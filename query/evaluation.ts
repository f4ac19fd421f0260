import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import type { Budget } from './budget.ts';
import type { Trace } from './explain/trace.ts';
import type { Notes } from './notes.ts';
import type { Steps } from './steps.ts';
import type { Storage } from './storage.ts';
import type { Value } from './value.ts';

/** What the evaluation of a node needs to know. A subquery evaluates its operand with other steps. */
export interface Evaluation {
  /** Evaluates an operand; part of the context so that the nodes need not import each other. */
  readonly evaluate: (evaluation: Evaluation, expr: Expr) => Promise<Value>;
  readonly steps: Steps;
  /** The steps of the whole query, which `start()`, `end()`, `step()` and `range()` speak of. */
  readonly query: Steps;
  readonly storage: Storage;
  readonly lookbackMs: number;
  readonly budget: Budget;
  readonly notes: Notes;
  /** The query only looks at counts and sums of histograms, so resets are looked for in every series it reads. */
  readonly detectsResets: boolean;
  /** The order of the series does not matter to the node around, so they need not be sorted. */
  readonly anyOrder: boolean;
  /** The function or aggregation directly around the node, for the storage's hints. */
  readonly around: Around;
  /** Null unless the query is to explain itself. */
  readonly trace: Trace | null;
}

export interface Around {
  readonly function: string | null;
  readonly grouping: readonly string[];
  readonly by: boolean;
}

export const NOTHING_AROUND: Around = { function: null, grouping: [], by: false };
