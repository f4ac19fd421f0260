import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Store } from '../store/store.ts';
import type { HeldAlert } from './held-alert.ts';

/** All alerts that are known now, on the disk first and then here. */
export interface AlertBook {
  /**
   * Takes alerts in, merged with what is known of them. Durable when it returns. Returns how many were refused
   * because the book is full.
   */
  put(alerts: readonly HeldAlert[]): number;
  /** New annotations and values of alerts that otherwise did not change; not worth a disk write each evaluation. */
  refresh(alerts: readonly HeldAlert[]): void;
  get(fingerprint: string): HeldAlert | undefined;
  all(): Iterable<HeldAlert>;
  readonly size: number;
  /** Forgets alerts that ended at least `afterMs` ago and that `mayForget` lets go. */
  forgetResolved(nowMs: number, afterMs: number, mayForget: (fingerprint: string) => boolean): number;
  subscribe(onChange: (alert: HeldAlert) => void): void;
  onForget(action: (alert: HeldAlert) => void): void;
}

export function createAlertBook(store: Store): AlertBook {
  const alerts = new Map<string, HeldAlert>();
  const listeners: ((alert: HeldAlert) => void)[] = [];
  const forgetters: ((alert: HeldAlert) => void)[] = [];
  for (const alert of store.loadAlerts()) alerts.set(alert.fingerprint, alert);

  return {
    put(incoming) {
      let refused = 0;
      const merged: HeldAlert[] = [];
      store.transaction(() => {
        for (const alert of incoming) {
          const known = alerts.get(alert.fingerprint);
          if (!known && alerts.size + merged.length >= ALERTING_LIMITS.alerts) {
            refused++;
            continue;
          }
          const result = known ? merge(known, alert) : alert;
          store.saveAlert(result);
          merged.push(result);
        }
      });
      for (const alert of merged) alerts.set(alert.fingerprint, alert);
      for (const alert of merged) for (const listener of listeners) listener(alert);
      return refused;
    },
    refresh(incoming) {
      for (const alert of incoming) {
        const known = alerts.get(alert.fingerprint);
        if (!known || known.endsAtMs !== alert.endsAtMs) continue;
        const fresh: HeldAlert = {
          ...known,
          annotations: alert.annotations,
          value: alert.value,
          updatedAtMs: alert.updatedAtMs,
        };
        alerts.set(alert.fingerprint, fresh);
        for (const listener of listeners) listener(fresh);
      }
    },
    get: (fingerprint) => alerts.get(fingerprint),
    all: () => alerts.values(),
    get size() {
      return alerts.size;
    },
    forgetResolved(nowMs, afterMs, mayForget) {
      const ended = [...alerts.values()].filter(
        (alert) => isResolvedAt(alert, nowMs - afterMs) && mayForget(alert.fingerprint),
      );
      if (ended.length === 0) return 0;
      store.transaction(() => {
        for (const alert of ended) store.deleteAlert(alert.fingerprint);
      });
      for (const alert of ended) {
        alerts.delete(alert.fingerprint);
        for (const forget of forgetters) forget(alert);
      }
      return ended.length;
    },
    subscribe: (listener) => void listeners.push(listener),
    onForget: (action) => void forgetters.push(action),
  };
}

/**
 * What is known of an alert when it comes again: if the two overlap in time they are one, with the earlier start;
 * an end that somebody said beats one that only timed out (types.Alert.Merge of Alertmanager).
 */
function merge(known: HeldAlert, incoming: HeldAlert): HeldAlert {
  const knownEnd = known.endsAtMs ?? Number.POSITIVE_INFINITY;
  const overlaps =
    incoming.startsAtMs <= knownEnd && (incoming.endsAtMs ?? Number.POSITIVE_INFINITY) >= known.startsAtMs;
  if (!overlaps) return incoming;
  const [older, newer] = incoming.updatedAtMs < known.updatedAtMs ? [incoming, known] : [known, incoming];
  let endsAtMs = newer.endsAtMs;
  if (newer.endsAtMs !== null && newer.endsAtMs <= newer.updatedAtMs) {
    // Both say it ended: the later end counts.
    if (older.endsAtMs !== null && older.endsAtMs <= newer.updatedAtMs)
      endsAtMs = Math.max(older.endsAtMs, newer.endsAtMs);
  } else if (
    newer.timesOut &&
    older.endsAtMs !== null &&
    !older.timesOut &&
    older.endsAtMs > newer.updatedAtMs
  ) {
    endsAtMs = older.endsAtMs;
  }
  return { ...newer, startsAtMs: Math.min(older.startsAtMs, newer.startsAtMs), endsAtMs };
}
