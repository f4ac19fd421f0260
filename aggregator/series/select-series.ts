import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { LabelIndex } from './label-index.ts';
import { intersect, type SeriesNumbers, subtract, union } from './postings.ts';

/**
 * The series that satisfy all matchers. A matcher that an absent label satisfies takes away what does not match; any
 * other keeps what does. Those that name their values go first, because they leave the least.
 */
export function selectSeries(index: LabelIndex, matchers: readonly CompiledMatcher[]): SeriesNumbers {
  const keeping = matchers.filter((matcher) => !matcher.matchesEmpty);
  const removing = matchers.filter((matcher) => matcher.matchesEmpty);
  keeping.sort((a, b) => Number(a.setMatches === null) - Number(b.setMatches === null));
  let series: SeriesNumbers | null = null;
  for (const matcher of keeping) {
    const found = carriersOf(index, matcher);
    series = series === null ? found : intersect(series, found);
    if (series.length === 0) return series;
  }
  series ??= index.all();
  for (const matcher of removing) {
    const lists: SeriesNumbers[] = [];
    for (const [value, carriers] of index.valuesOf(matcher.matcher.name))
      if (!matcher.matches(value)) lists.push(carriers);
    series = subtract(series, union(lists));
  }
  return series;
}

function carriersOf(index: LabelIndex, matcher: CompiledMatcher): SeriesNumbers {
  const { name } = matcher.matcher;
  const lists: SeriesNumbers[] = [];
  if (matcher.setMatches !== null) {
    for (const value of matcher.setMatches) lists.push(index.seriesWith(name, value));
  } else {
    for (const [value, carriers] of index.valuesOf(name)) {
      if (value.startsWith(matcher.prefix) && matcher.matches(value)) lists.push(carriers);
    }
  }
  return union(lists.filter((list) => list.length > 0));
}

/** The series that satisfy all matchers of any set; without a set, every series. */
export function unionOfSelections(index: LabelIndex, sets: readonly (readonly Matcher[])[]): SeriesNumbers {
  if (sets.length === 0) return index.all();
  return union(sets.map((matchers) => selectSeries(index, matchers.map(compileMatcher))));
}
