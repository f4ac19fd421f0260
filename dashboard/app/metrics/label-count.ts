import type { LabelSet } from '../discovery/grouping.ts';

export interface LabelCount {
  readonly name: string;
  readonly values: number;
  /** The values that most series have, with how many have them. */
  readonly top: readonly (readonly [string, number])[];
}

/** Who to ask about a metric, best first: a label that names people, else what sends it. */
const ownerLabels = ['owner', 'team', 'service', 'service_name', 'job'];

/** The labels of a metric's series: how many values each has, most first, and the commonest of them. */
export function countLabels(series: readonly LabelSet[], topMax: number): readonly LabelCount[] {
  const counts = new Map<string, Map<string, number>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === '__name__') continue;
      const values = counts.get(name) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      counts.set(name, values);
    }
  }
  return [...counts]
    .map(([name, values]) => ({
      name,
      values: values.size,
      top: [...values].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, topMax),
    }))
    .sort((a, b) => b.values - a.values || (a.name < b.name ? -1 : 1));
}

/** The owners of a metric: the values of the first label that tells them. */
export function ownersOf(series: readonly LabelSet[]): {
  readonly label: string;
  readonly owners: readonly string[];
} {
  for (const label of ownerLabels) {
    const owners = [...new Set(series.map((labels) => labels[label] ?? ''))].filter((owner) => owner !== '');
    if (owners.length > 0) return { label, owners: owners.sort() };
  }
  return { label: '', owners: [] };
}
