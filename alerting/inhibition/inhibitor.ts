import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { matchesAll } from '../routing/route.ts';
import type { InhibitRule } from '../routing/routing.ts';

export interface Inhibition {
  /** Fingerprint of the alert that inhibits. */
  readonly by: string;
  readonly rule: string;
}

/** Says which alert, if any, inhibits alerts with given labels. */
export interface Inhibitor {
  inhibitedBy(labels: Labels, timeMs: number): Inhibition | null;
}

/** Keeps, for each rule, the alerts of its source side by the values of the labels that must be equal. */
export function createInhibitor(
  rules: readonly InhibitRule[],
  book: AlertBook,
): Inhibitor & { observe(alert: HeldAlert): void; forget(alert: HeldAlert): void } {
  const sources = rules.map((rule) => ({ rule, byEqual: new Map<string, Map<string, Labels>>() }));
  const equalKey = (rule: InhibitRule, labels: Labels) =>
    JSON.stringify(rule.equal.map((name) => getLabel(labels, name)));

  const inhibitor = {
    observe(alert: HeldAlert): void {
      for (const { rule, byEqual } of sources) {
        if (!matchesAll(rule.source, alert.labels)) continue;
        const key = equalKey(rule, alert.labels);
        const found = byEqual.get(key) ?? new Map<string, Labels>();
        found.set(alert.fingerprint, alert.labels);
        byEqual.set(key, found);
      }
    },
    forget(alert: HeldAlert): void {
      for (const { rule, byEqual } of sources) {
        const key = equalKey(rule, alert.labels);
        const found = byEqual.get(key);
        found?.delete(alert.fingerprint);
        if (found?.size === 0) byEqual.delete(key);
      }
    },
    inhibitedBy(labels: Labels, timeMs: number): Inhibition | null {
      for (const { rule, byEqual } of sources) {
        if (!matchesAll(rule.target, labels)) continue;
        const candidates = byEqual.get(equalKey(rule, labels));
        if (!candidates) continue;
        // An alert that matches both sides is not inhibited by another such one: they would silence each other.
        const bothSides = matchesAll(rule.source, labels);
        for (const [by, sourceLabels] of candidates) {
          const source = book.get(by);
          if (!source || isResolvedAt(source, timeMs)) continue;
          if (bothSides && matchesAll(rule.target, sourceLabels)) continue;
          return { by, rule: rule.name };
        }
      }
      return null;
    },
  };
  for (const alert of book.all()) inhibitor.observe(alert);
  return inhibitor;
}
