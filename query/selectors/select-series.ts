import { compareLabels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import { sortInTurns } from '../sort-in-turns.ts';
import type { Selection, Storage } from '../storage.ts';
import { withResetHints } from './reset-hints.ts';

export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly rangeMs: number;
}

/**
 * The series of a selector, sorted by labels, so that what depends on their order is the same every time; unsorted for
 * those whom the order does not matter, since sorting ten thousand costs as much as reading a sample of each.
 */
export async function selectSeries(
  evaluation: Evaluation,
  wanted: Wanted,
): Promise<readonly SeriesColumns[]> {
  const { budget, around, query, detectsResets, anyOrder, lookbackMs } = evaluation;
  budget.check();
  const { matchers, maxTimestampMs, rangeMs } = wanted;
  // Whether the first sample is a reset only the one before it tells.
  const minTimestampMs = wanted.minTimestampMs - (detectsResets ? lookbackMs : 0);
  const hints = { ...around, rangeMs, stepMs: query.stepMs };
  const series = await select(
    evaluation.storage,
    { matchers, minTimestampMs, maxTimestampMs, hints },
    budget,
  );
  budget.check();
  budget.seriesSelected += series.length;
  if (series.length > budget.limits.seriesMax) {
    throw new QueryError(
      'execution',
      `a selector of the query matches ${series.length} series, more than the limit of ${budget.limits.seriesMax}; narrow its matchers`,
    );
  }
  const byLabels = (a: SeriesColumns, b: SeriesColumns): number => compareLabels(a.labels, b.labels);
  const sorted = anyOrder || isSorted(series) ? series : await sortInTurns(series, byLabels, budget);
  return detectsResets ? sorted.map(withResetHints) : sorted;
}

function isSorted(series: readonly SeriesColumns[]): boolean {
  for (let i = 1; i < series.length; i++)
    if (compareLabels(series[i - 1]!.labels, series[i]!.labels) > 0) return false;
  return true;
}

/** A storage that gives up because the caller did rejects with whatever it likes; the query was canceled. */
async function select(
  storage: Storage,
  selection: Selection,
  budget: Budget,
): Promise<readonly SeriesColumns[]> {
  try {
    return await storage.select(selection, budget.signal);
  } catch (error) {
    budget.check();
    throw error;
  }
}
