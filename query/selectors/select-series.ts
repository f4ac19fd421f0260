import { compareLabels, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { inTurns } from '../in-turns.ts';
import { QueryError } from '../query-error.ts';
import { sortInTurns } from '../sort-in-turns.ts';
import type { RollupNeeds, Selection, SeriesSource } from '../storage.ts';
import { withResetHints } from './reset-hints.ts';
import type { ReferenceTimes } from './time-shift.ts';

export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly rangeMs: number;
  /** When the series are looked at. */
  readonly references: ReferenceTimes;
  /** What of roll-ups would do in the place of samples; null when only samples do. */
  readonly rollups: RollupNeeds | null;
}

/**
 * The series of a selector, sorted by labels, so that what depends on their order is the same every time; unsorted for
 * those whom the order does not matter, since sorting ten thousand costs as much as reading a sample of each.
 */
export async function openSeries(evaluation: Evaluation, wanted: Wanted): Promise<readonly SeriesSource[]> {
  const { storage, budget, detectsResets } = evaluation;
  const selection = selectionOf(evaluation, wanted);
  budget.check();
  const series = await orCanceled(budget, async () =>
    storage.open
      ? await storage.open(selection, budget.signal)
      : await inTurnsInMemory(await storage.select(selection, budget.signal), budget),
  );
  const sorted = await counted(evaluation, series);
  return detectsResets ? sorted.map(hinted) : sorted;
}

/** All samples of a selector's series at once, sorted by labels. */
export async function selectSeries(
  evaluation: Evaluation,
  wanted: Wanted,
): Promise<readonly SeriesColumns[]> {
  const { storage, budget, detectsResets } = evaluation;
  budget.check();
  const selection = selectionOf(evaluation, wanted);
  const series = await orCanceled(budget, () => storage.select(selection, budget.signal));
  const sorted = await counted(evaluation, series);
  return detectsResets ? sorted.map(withResetHints) : sorted;
}

async function inTurnsInMemory(all: readonly SeriesColumns[], budget: Budget): Promise<SeriesSource[]> {
  const sources: SeriesSource[] = [];
  await inTurns(all.length, 10, budget, (from, to) => {
    for (let i = from; i < to; i++) sources.push(inMemory(all[i]!));
  });
  return sources;
}

export function inMemory(columns: SeriesColumns): SeriesSource {
  return { labels: columns.labels, read: () => columns };
}

function hinted(source: SeriesSource): SeriesSource {
  return { labels: source.labels, read: () => withResetHints(source.read()) };
}

function selectionOf(evaluation: Evaluation, wanted: Wanted): Selection {
  const { around, detectsResets, lookbackMs } = evaluation;
  const { matchers, maxTimestampMs, rangeMs, references, rollups } = wanted;
  // Whether the first sample is a reset only the one before it tells.
  const minTimestampMs = wanted.minTimestampMs - (detectsResets ? lookbackMs : 0);
  const { firstMs, lastMs } = references;
  const stepMs = lastMs === firstMs ? 0 : references.stepMs;
  const hints = { ...around, rangeMs, firstMs, stepMs, rollups };
  return { matchers, minTimestampMs, maxTimestampMs, hints };
}

async function counted<T extends { readonly labels: Labels }>(
  { budget, anyOrder }: Evaluation,
  series: readonly T[],
): Promise<readonly T[]> {
  budget.check();
  budget.seriesSelected += series.length;
  if (series.length > budget.limits.seriesMax) {
    throw new QueryError(
      'execution',
      `a selector of the query matches ${series.length} series, more than the limit of ${budget.limits.seriesMax}; narrow its matchers`,
      { limit: 'seriesMax' },
    );
  }
  const byLabels = (a: T, b: T): number => compareLabels(a.labels, b.labels);
  return anyOrder || (await isSorted(series, budget)) ? series : await sortInTurns(series, byLabels, budget);
}

async function isSorted(series: readonly { readonly labels: Labels }[], budget: Budget): Promise<boolean> {
  for (let i = 1; i < series.length; i++) {
    if (budget.due(10)) await budget.pause();
    if (compareLabels(series[i - 1]!.labels, series[i]!.labels) > 0) return false;
  }
  return true;
}

/** A storage that gives up because the caller did rejects with whatever it likes; the query was canceled. */
async function orCanceled<T>(budget: Budget, select: () => Promise<T>): Promise<T> {
  try {
    return await select();
  } catch (error) {
    budget.check();
    throw error;
  }
}
