/** What an alerting rule does beyond Prometheus'; see docs/rules.md. */
export interface RuleAdditions {
  /** Hysteresis; null: an alert lasts as long as its expression holds. */
  readonly recovery: Recovery | null;
  /** Null: no data is no alert. */
  readonly noData: NoData | null;
  /** What counts while the rule cannot be evaluated; Prometheus keeps the last state. */
  readonly onError: StandInState;
  /** Where the rule stands among several severities of one; null: there is one. */
  readonly ladder: Ladder | null;
  /** Place within the group of the rule whose failed evaluations this one alerts on. Its own expression is for reading only. */
  readonly failuresOf: number | null;
  /** Evaluated when its data arrives, and not only by the clock. */
  readonly urgent: boolean;
}

export type StandInState = 'ok' | 'alerting' | 'keep_last';

export interface Recovery {
  /** Holds for a firing alert until it has recovered; asked in place of the rule's expression. */
  readonly expression: string;
  /** What the value must be beyond for an alert to begin. */
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  /** What the value must get back to; as written. */
  readonly limit: string;
}

export interface NoData {
  readonly state: StandInState;
  /** Yields nothing when there is no data. */
  readonly expression: string;
}

export interface Ladder {
  /** From 0, the lowest. */
  readonly rank: number;
  /** Labels by which severities of the same thing differ. */
  readonly labels: readonly string[];
}

/** Of a rule as Prometheus has it. */
export const NO_ADDITIONS: RuleAdditions = Object.freeze({
  recovery: null,
  noData: null,
  onError: 'keep_last',
  ladder: null,
  failuresOf: null,
  urgent: false,
});
