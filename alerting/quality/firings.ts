import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { labelsOf, type StoredEvent } from '../store/store.ts';

/** One time an alert of a rule of ours fired. */
export interface Firing {
  readonly rule: string;
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly fromMs: number;
  /** Null: it still does. */
  readonly toMs: number | null;
}

/** What the history says fired, by when it began. Events are in the order in which they happened. */
export function firingsOf(events: readonly StoredEvent[]): readonly Firing[] {
  const firings: Firing[] = [];
  const open = new Map<string, number>();
  for (const { atMs, kind, fingerprint, data } of events) {
    if (kind !== 'firing' && kind !== 'received' && kind !== 'resolved') continue;
    const place = open.get(fingerprint);
    if (kind === 'resolved') {
      if (place !== undefined) firings[place] = { ...firings[place]!, toMs: atMs };
      open.delete(fingerprint);
    } else if (place === undefined) {
      const labels = labelsOf(data);
      const rule = ruleOf(data);
      open.set(fingerprint, firings.push({ rule, fingerprint, labels, fromMs: atMs, toMs: null }) - 1);
    }
  }
  return firings;
}

/** The rule's name; for what was posted to the API the alert's. */
export function ruleOf(data: unknown): string {
  if (typeof data === 'object' && data !== null && 'rule' in data && typeof data.rule === 'string')
    return data.rule;
  const labels = labelsOf(data);
  const at = labels.indexOf('alertname');
  return at >= 0 && at % 2 === 0 ? labels[at + 1]! : '';
}
