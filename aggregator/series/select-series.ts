import type { CompiledMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { LabelIndex } from './label-index.ts';
import { intersect, type SeriesNumbers, subtract, union } from './postings.ts';

// What an expensive expression looks at in some 50 microseconds, or in a millisecond at its worst.
const VALUES_A_TURN = 16;

/** The series that satisfy all matchers. */
export function selectSeries(index: LabelIndex, matchers: readonly CompiledMatcher[]): SeriesNumbers {
  const selecting = select(index, matchers);
  for (;;) {
    const { done, value } = selecting.next();
    if (done) return value;
  }
}

/** The same; lets other work go on while it looks at very many values. Series that come meanwhile may be among them. */
export async function selectSeriesInTurns(
  index: LabelIndex,
  matchers: readonly CompiledMatcher[],
  pause: () => Promise<void>,
): Promise<SeriesNumbers> {
  const selecting = select(index, matchers);
  for (;;) {
    const { done, value } = selecting.next();
    if (done) return value;
    await pause();
  }
}

/**
 * A matcher that an absent label satisfies takes away what does not match; any other keeps what does. Those that name
 * their values go first, because they leave the least. Yields after every few values.
 */
function* select(
  index: LabelIndex,
  matchers: readonly CompiledMatcher[],
): Generator<undefined, SeriesNumbers, undefined> {
  const keeping = matchers.filter((matcher) => !matcher.matchesEmpty);
  const removing = matchers.filter((matcher) => matcher.matchesEmpty);
  keeping.sort((a, b) => Number(a.setMatches === null) - Number(b.setMatches === null));
  let series: SeriesNumbers | null = null;
  for (const matcher of keeping) {
    const found = yield* carriersOf(index, matcher);
    series = series === null ? found : intersect(series, found);
    if (series.length === 0) return series;
  }
  series ??= index.all();
  for (const matcher of removing) {
    const lists: SeriesNumbers[] = [];
    let seen = 0;
    for (const [value, carriers] of index.valuesOf(matcher.matcher.name)) {
      if (!matcher.matches(value)) lists.push(carriers);
      if (++seen % VALUES_A_TURN === 0) yield;
    }
    series = subtract(series, union(lists));
  }
  return series;
}

function* carriersOf(
  index: LabelIndex,
  matcher: CompiledMatcher,
): Generator<undefined, SeriesNumbers, undefined> {
  const { name } = matcher.matcher;
  const lists: SeriesNumbers[] = [];
  if (matcher.setMatches !== null) {
    for (const value of matcher.setMatches) lists.push(index.seriesWith(name, value));
  } else {
    let seen = 0;
    for (const [value, carriers] of index.valuesOf(name)) {
      if (value.startsWith(matcher.prefix) && matcher.matches(value)) lists.push(carriers);
      if (++seen % VALUES_A_TURN === 0) yield;
    }
  }
  return union(lists.filter((list) => list.length > 0));
}

/** The series that satisfy all matchers of any set; without a set, every series. */
export async function unionInTurns(
  index: LabelIndex,
  sets: readonly (readonly CompiledMatcher[])[],
  pause: () => Promise<void>,
): Promise<SeriesNumbers> {
  if (sets.length === 0) return index.all();
  const found: SeriesNumbers[] = [];
  for (const matchers of sets) found.push(await selectSeriesInTurns(index, matchers, pause));
  return union(found);
}
