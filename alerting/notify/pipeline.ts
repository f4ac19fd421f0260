import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { compareLabels, getLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { alertsAt, type Group } from '../dispatch/group.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Notification, NotifiedAlert } from '../receivers/notification.ts';
import type { Route } from '../routing/route.ts';
import type { RecordedRoute } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Fallback, Told } from './fallback.ts';
import type { Flush, Stage } from './flush.ts';
import { newMessage } from './new-message.ts';
import type { NamedIntegration, ReceiversInUse } from './receivers-in-use.ts';
import { decideDedup } from './stages/dedup-stage.ts';

export interface Pipeline {
  /**
   * Takes a group through inhibit -> silence -> mute -> dedup and records, in one transaction, what has to be
   * sent. Returns the resolved alerts that the group may forget.
   */
  flush(group: Group): FlushResult;
}

export interface FlushResult {
  readonly released: readonly HeldAlert[];
  /** Messages that now wait to be sent. */
  readonly queued: number;
}

export interface PipelineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly stages: readonly Stage[];
  readonly receivers: ReceiversInUse;
  readonly fallback: Fallback;
  readonly externalUrl: string;
  /** Counts what happened to a group's message, by receiver and outcome. */
  readonly onDecision: (
    receiver: string,
    integration: string,
    outcome: 'queued' | 'kept' | 'unchanged' | 'recorded',
  ) => void;
}

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { store } = deps;
  // What was last withheld, so that the history holds changes and not every round.
  const withheldBefore = new Map<string, string>();

  return {
    flush(group) {
      const timeMs = deps.clock.now();
      const start: Flush = { group, timeMs, alerts: sorted(alertsAt(group, timeMs)), withheld: [] };
      const flush = deps.stages.reduce((current, stage) => stage(current), start);
      let queued = 0;
      store.transaction(() => {
        recordWithheld(flush);
        if (flush.alerts.length === 0) return;
        for (const named of deps.receivers.get(group.route.receiver) ?? []) {
          if (notify(flush, named)) queued++;
        }
        if (deps.fallback.resolved(toldOf(flush))) queued++;
      });
      return { released: start.alerts.filter((alert) => isResolvedAt(alert, timeMs)), queued };
    },
  };

  function recordWithheld(flush: Flush): void {
    for (const { alert, kind, reason, by } of flush.withheld) {
      const key = `${flush.group.route.id} ${alert.fingerprint}`;
      if (withheldBefore.get(key) === reason) continue;
      if (withheldBefore.size >= ALERTING_LIMITS.alerts) withheldBefore.clear();
      withheldBefore.set(key, reason);
      store.addEvent({
        atMs: flush.timeMs,
        kind,
        fingerprint: alert.fingerprint,
        reason,
        data: { group: flush.group.key, receiver: flush.group.route.receiver, by },
      });
    }
    for (const alert of flush.alerts) withheldBefore.delete(`${flush.group.route.id} ${alert.fingerprint}`);
  }

  /** True when a message was put into the outbox to be sent. */
  function notify(flush: Flush, named: NamedIntegration): boolean {
    const { name, integration } = named;
    const { group, timeMs, alerts } = flush;
    const { receiver } = group.route;
    const firing = alerts.filter((alert) => !isResolvedAt(alert, timeMs));
    const resolved = alerts.filter((alert) => isResolvedAt(alert, timeMs));
    const state = {
      firing: firing.map((alert) => alert.fingerprint),
      resolved: resolved.map((alert) => alert.fingerprint),
    };
    const last = store.outbox.lastTold(group.key, receiver, name);
    const decision = decideDedup(last, state, {
      sendResolved: integration.sendResolved,
      repeatIntervalMs: group.route.repeatIntervalMs,
      timeMs,
    });
    if (!decision.notify) {
      deps.onDecision(receiver, name, 'unchanged');
      return false;
    }
    const shown = integration.sendResolved ? alerts : firing;
    const silent = shown.length === 0;
    // The page of an alert that ended while its mail server was down still goes out.
    if (silent && last?.state === 'pending') return false;
    const notification: Notification = {
      receiver,
      groupKey: group.key,
      groupLabels: group.labels,
      status: firing.length > 0 ? 'firing' : 'resolved',
      alerts: shown.map((alert) => notified(alert, timeMs)),
      externalUrl: deps.externalUrl,
      timeMs,
      reason: decision.reason,
    };
    const message = newMessage(
      deps.random.uuid(),
      notification,
      silent ? { name, integration: SILENT } : named,
      state,
      recordedRoute(group.route),
    );
    store.outbox.add(silent ? { ...message, state: 'recorded' } : message);
    const isQueued = !silent && message.state === 'pending';
    deps.onDecision(receiver, name, silent ? 'recorded' : isQueued ? 'queued' : 'kept');
    return isQueued;
  }
}

/** Says nothing. */
const SILENT: NamedIntegration['integration'] = {
  kind: 'silent',
  sendResolved: false,
  cannotSend: null,
  render: () => ({ subject: '', text: '', payload: null, problem: null }),
  send: () => Promise.reject(new Error('Cannot send what is only recorded')),
};

function toldOf({ group, timeMs, alerts }: Flush): Told {
  const isOver = (alert: HeldAlert) => isResolvedAt(alert, timeMs);
  return {
    groupKey: group.key,
    receiver: group.route.receiver,
    firing: alerts.filter((alert) => !isOver(alert)).map((alert) => alert.fingerprint),
    resolved: alerts.filter(isOver).map((alert) => alert.fingerprint),
    status: alerts.every(isOver) ? 'resolved' : 'firing',
    alerts: alerts.map((alert) => notified(alert, timeMs)),
    route: recordedRoute(group.route),
  };
}

export function recordedRoute(route: Route): RecordedRoute {
  const { id, groupWaitMs, groupIntervalMs, repeatIntervalMs } = route;
  const groupBy = route.groupBy === 'all' ? 'all' : [...route.groupBy].sort();
  return { id, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs };
}

function notified(alert: HeldAlert, timeMs: number): NotifiedAlert {
  return {
    status: isResolvedAt(alert, timeMs) ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAtMs: alert.startsAtMs,
    endsAtMs: alert.endsAtMs,
    generatorUrl: alert.generatorUrl,
    fingerprint: alert.fingerprint,
    value: alert.value,
  };
}

/** By job, then instance, then all labels, as Alertmanager orders the alerts of a message. */
function sorted(alerts: readonly HeldAlert[]): readonly HeldAlert[] {
  const key = (alert: HeldAlert) => [getLabel(alert.labels, 'job'), getLabel(alert.labels, 'instance')];
  return [...alerts].sort((a, b) => compareLabels(key(a), key(b)) || compareLabels(a.labels, b.labels));
}
