import { formatLabels, getLabel, type Labels, withLabel } from '@tocsin/protocol/labels/labels.ts';

/** What tells each series from the others: its labels without those that all have alike. */
export function seriesNames(all: readonly { readonly labels: Labels }[]): readonly string[] {
  return all.map(({ labels }) => {
    let own = labels;
    for (let i = 0; i < labels.length && all.length > 1; i += 2) {
      const [name, value] = [labels[i]!, labels[i + 1]!];
      if (all.every((other) => getLabel(other.labels, name) === value)) own = withLabel(own, name, '');
    }
    return own.length === 0 ? 'value' : formatLabels(own);
  });
}
