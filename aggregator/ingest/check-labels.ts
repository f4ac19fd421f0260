import { getLabel, type Labels, labelsFromPairs, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { AggregatorLimits } from '../limits.ts';
import { isFreeLabelName } from '../streaming/input-key.ts';

export type LabelVerdict =
  | { readonly kind: 'valid'; readonly labels: Labels }
  | { readonly kind: 'invalid'; readonly detail: string };

/**
 * The label set that `pairs` (names and values as sent, in any order) stand for, or what is wrong with them. Canonical pairs
 * are known to be sorted, each once, and not empty.
 */
export function checkLabels(
  pairs: readonly string[],
  limits: AggregatorLimits,
  isCanonical = false,
): LabelVerdict {
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    if (name === '') return invalid('a label without a name');
    if (!isFreeLabelName(name)) return invalid(`label name ${shown(name)} begins with a zero byte`);
    if (name.length > limits.labelNameLengthMax)
      return invalid(
        `label name ${shown(name)} longer than ${limits.labelNameLengthMax}, limits.label_name_length`,
      );
    if (pairs[i + 1]!.length > limits.labelValueLengthMax)
      return invalid(
        `value of label ${shown(name)} longer than ${limits.labelValueLengthMax}, limits.label_value_length`,
      );
  }
  let labels: Labels = pairs;
  if (!isCanonical) {
    const byName = new Map<string, string>();
    for (let i = 0; i < pairs.length; i += 2) {
      if (byName.has(pairs[i]!)) return invalid(`label ${shown(pairs[i]!)} twice`);
      byName.set(pairs[i]!, pairs[i + 1]!);
    }
    labels = labelsFromPairs(byName);
  }
  const metric = getLabel(labels, METRIC_NAME);
  if (metric === '') return invalid(`no metric name in {${shown(labels.join(' '))}}`);
  if (labels.length / 2 > limits.labelsPerSeriesMax)
    return invalid(
      `${labels.length / 2} labels on ${shown(metric)}, limits.labels_per_series allows ${limits.labelsPerSeriesMax}`,
    );
  return { kind: 'valid', labels };
}

function invalid(detail: string): LabelVerdict {
  return { kind: 'invalid', detail };
}

/** Quoted and short: it comes from outside and goes into answers and logs. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
