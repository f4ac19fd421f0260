import type { NamedSample } from './use-instant-samples.ts';

export interface JoinedRow {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  /** One for each query; undefined where it has no such series. */
  readonly values: readonly (number | undefined)[];
}

/** Puts samples of several queries with the same labels in one row; the metric's name does not tell them apart. */
export function joinSamples(
  samples: readonly NamedSample[],
  queries: number,
): { readonly labels: readonly string[]; readonly rows: readonly JoinedRow[] } {
  const rows = new Map<string, { labels: Record<string, string>; values: (number | undefined)[] }>();
  const names = new Set<string>();
  for (const { labels, value, query } of samples) {
    const own = Object.entries(labels)
      .filter(([name]) => queries === 1 || name !== '__name__')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(own);
    const row = rows.get(key) ?? {
      labels: Object.fromEntries(own),
      values: new Array(queries).fill(undefined),
    };
    row.values[query] = value;
    rows.set(key, row);
    for (const [name] of own) names.add(name);
  }
  return {
    labels: [...names].sort(),
    rows: [...rows]
      .map(([key, row]) => ({ key, ...row }))
      .sort((a, b) => (b.values[0] ?? Number.NEGATIVE_INFINITY) - (a.values[0] ?? Number.NEGATIVE_INFINITY)),
  };
}
