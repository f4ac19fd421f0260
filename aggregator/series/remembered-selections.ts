import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { SeriesNumbers } from './postings.ts';
import { selectSeriesInTurns } from './select-series.ts';
import type { SeriesTable } from './series-table.ts';

// Rules and panels that select more spend their time elsewhere.
const REMEMBERED_SERIES_MAX = 1_000;

interface Remembered {
  readonly seriesCount: number;
  readonly numbers: SeriesNumbers;
}

const compiledBy = new WeakMap<readonly Matcher[], readonly CompiledMatcher[]>();
const selectedBy = new WeakMap<SeriesTable, WeakMap<readonly Matcher[], Remembered>>();

/** The matchers ready to run; those of a query that is asked again are the same array, and compiled once. */
export function compiledMatchers(matchers: readonly Matcher[]): readonly CompiledMatcher[] {
  let compiled = compiledBy.get(matchers);
  if (compiled === undefined) {
    compiled = matchers.map(compileMatcher);
    compiledBy.set(matchers, compiled);
  }
  return compiled;
}

/** The series of a head, which are the same again while no series has come: none goes or changes within a table. */
export function selectRemembered(
  table: SeriesTable,
  matchers: readonly Matcher[],
  pause: () => Promise<void>,
): SeriesNumbers | Promise<SeriesNumbers> {
  let known = selectedBy.get(table);
  if (known === undefined) {
    known = new WeakMap();
    selectedBy.set(table, known);
  }
  const before = known.get(matchers);
  if (before?.seriesCount === table.seriesCount) return before.numbers;
  const { seriesCount } = table;
  return selectSeriesInTurns(table, compiledMatchers(matchers), pause).then((numbers) => {
    if (numbers.length <= REMEMBERED_SERIES_MAX) known.set(matchers, { seriesCount, numbers });
    return numbers;
  });
}
