import type { RuleAdditions } from './rule-additions.ts';

/** A rule with an expression, as an entry of the file says it or stands for it. */
export interface PlainRule {
  readonly kind: 'alerting' | 'recording';
  readonly name: string;
  readonly expression: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** Without those of the group. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly additions: RuleAdditions;
  /** Where below the entry its own labels and annotations stand; null: the entry's. */
  readonly ownPath: readonly (string | number)[] | null;
}

/** Refuses a key of an entry; the path is below the entry. */
export type Refuse = (path: readonly (string | number)[], detail: string) => never;
