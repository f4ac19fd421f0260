import type { Alert } from '@tocsin/protocol/alertmanager/alert.ts';

/** An alert as this process holds it: Alertmanager's fields and where it came from. */
export interface HeldAlert extends Alert {
  /** `rule`: one of our rules, which also says when it ends. `api`: somebody posted it, and must keep posting it. */
  readonly source: 'rule' | 'api';
  /** The expression's value; null when unknown. */
  readonly value: number | null;
  /** The end was set by resolve_timeout and not by the sender. */
  readonly timesOut: boolean;
  /** Where it stands among the severities of one rule: those with the same key are about the same thing, and the highest rank inhibits the others. */
  readonly ladder?: { readonly key: string; readonly rank: number };
}
