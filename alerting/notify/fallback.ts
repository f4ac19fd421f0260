import { keepLabels, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { Routing } from '../routing/routing.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { newMessage } from './new-message.ts';
import type { ReceiversInUse } from './receivers-in-use.ts';
import { decideDedup } from './stages/dedup-stage.ts';

/** Tells somebody else what a receiver cannot be told. */
export interface Fallback {
  /**
   * An attempt failed. After as many as the receiver's `fallback_after`, or when it was given up, its fallback is told the
   * same; joins the transaction it is called in.
   */
  undelivered(row: Told, attempts: number, isFinal: boolean, error: string): void;
  /** A group's receiver is being told that all is over: so is a fallback that was told it fires. True: a message was queued. */
  resolved(row: Told): boolean;
}

/** What the receiver was, or is, to be told. */
export type Told = Pick<
  OutboxRow,
  'groupKey' | 'receiver' | 'firing' | 'resolved' | 'status' | 'alerts' | 'route'
>;

export interface FallbackDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly routing: Routing;
  readonly receivers: ReceiversInUse;
  readonly externalUrl: string;
}

export function createFallback(deps: FallbackDeps): Fallback {
  const { store } = deps;
  const fallbackOf = (receiver: string) => deps.routing.receivers.get(receiver)?.fallback ?? null;

  const tell = (row: Told, receiver: string, reason: string): boolean => {
    let queued = false;
    for (const named of deps.receivers.get(receiver) ?? []) {
      const last = store.outbox.lastTold(row.groupKey, receiver, named.name);
      // Several integrations of one receiver may fail, and what they were to say is the same.
      const { notify } = decideDedup(last, row, {
        sendResolved: named.integration.sendResolved,
        repeatIntervalMs: Number.POSITIVE_INFINITY,
        timeMs: deps.clock.now(),
      });
      if (!notify || (row.firing.length === 0 && !named.integration.sendResolved)) continue;
      const notification = {
        receiver,
        groupKey: row.groupKey,
        groupLabels: groupLabelsOf(row),
        status: row.status,
        alerts: row.alerts,
        externalUrl: deps.externalUrl,
        timeMs: deps.clock.now(),
        reason,
      };
      const { firing, resolved } = row;
      store.outbox.add(newMessage(deps.random.uuid(), notification, named, { firing, resolved }, row.route));
      queued = true;
    }
    return queued;
  };

  return {
    undelivered(row, attempts, isFinal, error) {
      const fallback = fallbackOf(row.receiver);
      if (!fallback || row.alerts.length === 0) return;
      if (attempts === fallback.afterFailures || (isFinal && attempts < fallback.afterFailures))
        tell(row, fallback.receiver, `fallback for ${row.receiver}, which cannot be told: ${error}`);
    },
    resolved(row) {
      const fallback = fallbackOf(row.receiver);
      if (!fallback || row.firing.length > 0) return false;
      const wasTold = store.outbox.believedFiring(row.groupKey, fallback.receiver).size > 0;
      return wasTold && tell(row, fallback.receiver, `fallback for ${row.receiver}: all alerts resolved`);
    },
  };
}

/** By the route as it was recorded. */
function groupLabelsOf({ route, alerts }: Told): Labels {
  const labels = alerts[0]?.labels ?? [];
  return route === null || route.groupBy === 'all' ? labels : keepLabels(labels, new Set(route.groupBy));
}
