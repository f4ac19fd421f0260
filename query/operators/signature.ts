import { dropLabels, keepLabels, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Matching } from '@tocsin/protocol/promql/expr.ts';

/** What decides which rows of two vectors belong together: labels to keep (`on`) or to leave out. */
export interface Signature {
  readonly names: ReadonlySet<string>;
  readonly on: boolean;
}

export function signatureOf(matching: Matching): Signature {
  return {
    names: new Set(matching.on ? matching.labels : [...matching.labels, METRIC_NAME]),
    on: matching.on,
  };
}

/** Equal for rows that match. */
export function signatureKey(labels: Labels, { names, on }: Signature): string {
  let key = '';
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (names.has(name) !== on) continue;
    const value = labels[i + 1]!;
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** The labels that rows with this signature share. */
export function sharedLabels(labels: Labels, { names, on }: Signature): Labels {
  return on ? keepLabels(labels, names) : dropLabels(labels, names);
}
