import { type Labels, labelsFromPairs, METRIC_NAME } from '../../labels/labels.ts';
import { findAttribute } from '../any-value.ts';
import { anyValueText } from '../any-value-text.ts';
import type { Resource } from '../resource.ts';
import { attributeLabels } from './attribute-labels.ts';

const IDENTIFYING = new Set(['service.name', 'service.namespace', 'service.instance.id']);

export interface ResourceLabels {
  /** On every series of the resource: job, instance, and the promoted attributes. */
  readonly identity: readonly (readonly [name: string, value: string])[];
  /** The series that holds the rest of the attributes; absent when there are none, or nobody to tell apart. */
  readonly targetInfo?: Labels;
}

/** `job` is service.namespace/service.name, `instance` is service.instance.id. */
export function resourceLabels({ attributes }: Resource, promoted: readonly string[]): ResourceLabels {
  const text = (key: string): string => {
    const value = findAttribute(attributes, key);
    return value === undefined ? '' : anyValueText(value);
  };
  const name = text('service.name');
  const namespace = text('service.namespace');
  const job = namespace === '' || name === '' ? name : `${namespace}/${name}`;
  const instance = text('service.instance.id');
  const identity: [string, string][] = [];
  if (job !== '') identity.push(['job', job]);
  if (instance !== '') identity.push(['instance', instance]);
  const others = attributes.filter(({ key }) => !IDENTIFYING.has(key));
  const info =
    identity.length === 0 || others.length === 0
      ? undefined
      : labelsFromPairs([...attributeLabels(others), [METRIC_NAME, 'target_info'], ...identity]);
  const promotedLabels = attributeLabels(attributes.filter(({ key }) => promoted.includes(key)));
  const labels = { identity: [...promotedLabels, ...identity] };
  return info === undefined ? labels : { ...labels, targetInfo: info };
}
