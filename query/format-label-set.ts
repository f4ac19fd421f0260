import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/** All labels in braces, the name too, as Prometheus prints a label set in errors. */
export function formatLabelSet(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
  return `{${pairs.join(', ')}}`;
}
