import { compareStrings } from '../../labels/labels.ts';
import type { Attribute } from '../any-value.ts';
import { anyValueText } from '../any-value-text.ts';
import { prometheusLabelName } from './label-name.ts';

/**
 * Attributes as label pairs. Keys that become the same label are joined with `;` in the order of the keys, as the
 * compatibility specification says; no attribute may set the metric's name.
 */
export function attributeLabels(attributes: readonly Attribute[]): Map<string, string> {
  const labels = new Map<string, string>();
  const sorted =
    attributes.length < 2 ? attributes : attributes.toSorted((a, b) => compareStrings(a.key, b.key));
  for (const { key, value } of sorted) {
    const name = prometheusLabelName(key);
    if (name === '' || name === '__name__') continue;
    const text = anyValueText(value);
    const earlier = labels.get(name);
    labels.set(name, earlier === undefined ? text : `${earlier};${text}`);
  }
  return labels;
}
