import type { AskedQuery } from '../api/asked-queries.ts';

/** By what the list can be sorted, as it is named in the address and on the page. */
export const sorts = [
  { name: 'newest', title: 'Asked' },
  { name: 'slowest', title: 'Took' },
  { name: 'samples', title: 'Samples read' },
] as const;

/** The most first; an unknown order is the newest first. */
export function sortQueries(queries: readonly AskedQuery[], sort: string): readonly AskedQuery[] {
  const by =
    sort === 'slowest'
      ? (query: AskedQuery) => query.tookMs
      : sort === 'samples'
        ? (query: AskedQuery) => query.samples ?? -1
        : (query: AskedQuery) => query.atMs;
  return queries.toSorted((a, b) => by(b) - by(a) || b.id - a.id);
}
