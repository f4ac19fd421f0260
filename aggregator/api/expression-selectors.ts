import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { selectorsOf } from '@tocsin/protocol/promql/walk.ts';
import { parseQuery } from './parse-query.ts';

/** The matchers of every selector in a query. Throws bad_data when the query does not parse. */
export function parseSelectors(query: string): readonly (readonly Matcher[])[] {
  return selectorsOf(parseQuery(query)).map(({ matchers }) => matchers);
}
