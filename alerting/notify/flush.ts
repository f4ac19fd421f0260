import type { HeldAlert } from '../alerts/held-alert.ts';
import type { Group } from '../dispatch/group.ts';

/** One round of a group through the stages. */
export interface Flush {
  readonly group: Group;
  readonly timeMs: number;
  /** What is left to notify of; stages take away from it. */
  readonly alerts: readonly HeldAlert[];
  /** What was taken away, with the reason that ends up in the history. */
  readonly withheld: readonly Withheld[];
}

export interface Withheld {
  readonly alert: HeldAlert;
  readonly kind: 'inhibited' | 'silenced' | 'muted';
  /** For a person. */
  readonly reason: string;
  /** Fingerprints, silence ids or names of time intervals. */
  readonly by: readonly string[];
}

/** A stage takes alerts away from a flush, each with its reason, and changes nothing else. */
export type Stage = (flush: Flush) => Flush;

export function withhold(flush: Flush, decide: (alert: HeldAlert) => Omit<Withheld, 'alert'> | null): Flush {
  const alerts: HeldAlert[] = [];
  const withheld: Withheld[] = [];
  for (const alert of flush.alerts) {
    const decision = decide(alert);
    if (decision) withheld.push({ alert, ...decision });
    else alerts.push(alert);
  }
  return withheld.length === 0 ? flush : { ...flush, alerts, withheld: [...flush.withheld, ...withheld] };
}
