import type { AskedQuery } from '../api/asked-queries.ts';

/** By what the list can be sorted, as it is named in the address and on the page. */
export const sorts = [
  { name: 'newest', title: 'Asked' },
  { name: 'slowest', title: 'Took' },
  { name: 'largest', title: 'Answer' },
] as const;

/** The most first; an unknown order is the newest first. */
export function sortQueries(queries: readonly AskedQuery[], sort: string): readonly AskedQuery[] {
  const by =
    sort === 'slowest'
      ? (query: AskedQuery) => query.tookMs
      : sort === 'largest'
        ? (query: AskedQuery) => query.bytes
        : (query: AskedQuery) => query.atMs;
  return queries.toSorted((a, b) => by(b) - by(a) || b.id - a.id);
}
