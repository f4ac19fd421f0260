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

/** What decides whether an alert is inhibited. */
export type Inhibitable = Pick<HeldAlert, 'labels' | 'ladder'>;

/** Says which alert, if any, inhibits another. */
export interface Inhibitor {
  inhibitedBy(alert: Inhibitable, timeMs: number): Inhibition | null;
}

/**
 * Keeps, for each rule, the alerts of its source side by the values of the labels that must be equal; and beside
 * the rules, the severities of one thing, of which the highest that fires inhibits the others.
 */
export function createInhibitor(
  rules: readonly InhibitRule[],
  book: AlertBook,
): Inhibitor & { observe(alert: HeldAlert): void; forget(alert: HeldAlert): void } {
  const sources = rules.map((rule) => ({ rule, byEqual: new Map<string, Map<string, Labels>>() }));
  // Fingerprints and ranks by the ladder's key.
  const ladders = new Map<string, Map<string, number>>();
  const equalKey = (rule: InhibitRule, labels: Labels) =>
    JSON.stringify(rule.equal.map((name) => getLabel(labels, name)));

  const inhibitor = {
    observe(alert: HeldAlert): void {
      if (alert.ladder) {
        const severities = ladders.get(alert.ladder.key) ?? new Map<string, number>();
        severities.set(alert.fingerprint, alert.ladder.rank);
        ladders.set(alert.ladder.key, severities);
      }
      for (const { rule, byEqual } of sources) {
        if (!matchesAll(rule.source, alert.labels)) continue;
        const key = equalKey(rule, alert.labels);
        const found = byEqual.get(key) ?? new Map<string, Labels>();
        found.set(alert.fingerprint, alert.labels);
        byEqual.set(key, found);
      }
    },
    forget(alert: HeldAlert): void {
      const severities = ladders.get(alert.ladder?.key ?? '');
      severities?.delete(alert.fingerprint);
      if (alert.ladder && severities?.size === 0) ladders.delete(alert.ladder.key);
      for (const { rule, byEqual } of sources) {
        const key = equalKey(rule, alert.labels);
        const found = byEqual.get(key);
        found?.delete(alert.fingerprint);
        if (found?.size === 0) byEqual.delete(key);
      }
    },
    inhibitedBy({ labels, ladder }: Inhibitable, timeMs: number): Inhibition | null {
      const higher = ladder && higherSeverity(ladder, timeMs);
      if (higher) return higher;
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
  function higherSeverity(ladder: NonNullable<HeldAlert['ladder']>, timeMs: number): Inhibition | null {
    for (const [by, rank] of ladders.get(ladder.key) ?? []) {
      const alert = rank > ladder.rank ? book.get(by) : undefined;
      if (alert && !isResolvedAt(alert, timeMs)) return { by, rule: 'severities' };
    }
    return null;
  }

  for (const alert of book.all()) inhibitor.observe(alert);
  return inhibitor;
}
