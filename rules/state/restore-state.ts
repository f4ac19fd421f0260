import type { AlertingRule } from '../rule-file/rule.ts';
import type { ActiveAlert, AlertState } from './active-alert.ts';

export interface Outage {
  /** When the alerts were last evaluated, and when they are again; milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

// Prometheus' defaults of --rules.alert.for-outage-tolerance and --rules.alert.for-grace-period.
const OUTAGE_TOLERANCE_MS = 3_600_000;
const GRACE_MS = 600_000;

/**
 * A rule's state after nobody evaluated it for a while. A firing alert keeps firing until an evaluation says
 * otherwise. A pending one gets back the time it had collected, with a grace period left to be sure; after more
 * than an hour it starts afresh.
 */
export function restoreState(rule: AlertingRule, state: AlertState, outage: Outage): AlertState {
  const restored = new Map<string, ActiveAlert>();
  const downMs = Math.max(0, outage.toMs - outage.fromMs);
  for (const [key, alert] of state) {
    if (alert.state !== 'pending') {
      restored.set(key, alert);
      continue;
    }
    if (downMs > OUTAGE_TOLERANCE_MS) continue;
    const remainingMs = rule.forMs - (outage.fromMs - alert.activeAtMs);
    let activeAtMs = alert.activeAtMs + downMs;
    if (remainingMs <= 0) activeAtMs = alert.activeAtMs;
    else if (rule.forMs >= GRACE_MS && remainingMs < GRACE_MS)
      activeAtMs = outage.toMs + GRACE_MS - rule.forMs;
    restored.set(key, { ...alert, activeAtMs: Math.min(activeAtMs, outage.toMs) });
  }
  return restored;
}
