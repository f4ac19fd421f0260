import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/**
 * One alert of one rule, from its first pending evaluation until its retention after resolving ends.
 * Times are milliseconds since the epoch, of evaluations and not of clocks.
 */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing' | 'inactive';
  /** The expression's value when it last held. */
  readonly value: number;
  /** Since when the expression holds. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  /** The expression no longer holds since then, but keep_firing_for is not over. */
  readonly keepFiringSinceMs: number | null;
}

/** A rule's alerts by `labelsKey` of their labels. */
export type AlertState = ReadonlyMap<string, ActiveAlert>;

export const NO_ALERTS: AlertState = new Map();
