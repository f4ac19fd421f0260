import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { createDispatcher, type Dispatcher } from '../dispatch/dispatcher.ts';
import type { Group } from '../dispatch/group.ts';
import { createInhibitor, type Inhibitor } from '../inhibition/inhibitor.ts';
import type { AlertingMetrics } from '../metrics.ts';
import type { IntegrationDeps } from '../receivers/create-integration.ts';
import type { Routing } from '../routing/routing.ts';
import type { Silences } from '../silences/silences.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { createFallback, type Fallback } from './fallback.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createReceivers, type ReceiversInUse } from './receivers-in-use.ts';
import { createSender } from './sender.ts';
import { inhibitStage } from './stages/inhibit-stage.ts';
import { muteStage } from './stages/mute-stage.ts';
import { silenceStage } from './stages/silence-stage.ts';

export interface NotifierDeps extends IntegrationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Store;
  readonly book: AlertBook;
  readonly silences: Silences;
  readonly metrics: AlertingMetrics;
  /** How long history is kept. */
  readonly historyMs: number;
}

/** From alerts to messages on their way: grouping, stages, outbox, sender. */
export interface Notifier {
  start(): void;
  stop(graceMs: number): Promise<void>;
  /** Something was put into the outbox by others. */
  wake(): void;
  /** Takes new routing into force; groups are formed anew, and what they were told stays known. */
  useRouting(routing: Routing): void;
  readonly routing: Routing;
  readonly receivers: ReceiversInUse;
  readonly inhibitor: Inhibitor;
  groups(): Iterable<Group>;
}

const FORGET_PERIOD_MS = 60_000;
const PRUNE_PERIOD_MS = 10 * 60_000;
const FORGET_AFTER_MS = 30 * 60_000;
const STOP = 'alerts without a group';

interface InForce {
  readonly routing: Routing;
  readonly receivers: ReceiversInUse;
  readonly inhibitor: ReturnType<typeof createInhibitor>;
  readonly fallback: Fallback;
  readonly pipeline: Pipeline;
  readonly dispatcher: Dispatcher;
}

export function createNotifier(deps: NotifierDeps, first: Routing, externalUrl: string): Notifier {
  const { clock, store, book, metrics } = deps;
  // Resolved alerts whose groups keep them until the message that says so is with the receiver.
  const awaiting = new Map<Group, readonly HeldAlert[]>();
  let inForce = build(first);
  let forgetTimer: Timer | null = null;
  let prunedMs = 0;

  const sender = createSender({
    ...deps,
    receivers: () => inForce.receivers,
    withheld: silencedSince,
    onWithdrawn(row) {
      for (const group of inForce.dispatcher.groups())
        if (group.key === row.groupKey && group.route.receiver === row.receiver) flush(group);
    },
    onUndelivered: (row, attempts, isFinal, error) =>
      inForce.fallback.undelivered(row, attempts, isFinal, error),
    onOutcome(row, outcome, durationMs) {
      metrics.sends.inc({ integration: row.integration, outcome, receiver: row.receiver });
      metrics.sendDuration.observe(durationMs / 1000);
      if (outcome === 'sent') releaseAfter(row.groupKey, row.receiver);
    },
  });

  book.subscribe((alert) => {
    inForce.inhibitor.observe(alert);
    inForce.dispatcher.dispatch(alert);
  });
  book.onForget((alert) => inForce.inhibitor.forget(alert));

  function build(routing: Routing): InForce {
    const receivers = createReceivers(routing, deps);
    for (const [receiver, integrations] of receivers) {
      for (const { name } of integrations) {
        for (const outcome of ['sent', 'retry', 'failed'])
          metrics.sends.inc({ receiver, integration: name, outcome }, 0);
      }
    }
    const inhibitor = createInhibitor(routing.inhibitRules, book);
    const fallback = createFallback({ ...deps, routing, receivers, externalUrl });
    const pipeline = createPipeline({
      ...deps,
      stages: [inhibitStage(inhibitor), silenceStage(deps.silences), muteStage(routing.timeIntervals)],
      receivers,
      fallback,
      externalUrl,
      onDecision: (receiver, integration, outcome) =>
        metrics.decisions.inc({ receiver, integration, outcome }),
    });
    const dispatcher = createDispatcher(routing.route, {
      clock,
      flush,
      lastToldMs: store.outbox.lastToldMs,
      believedFiring: store.outbox.believedFiring,
      onRefused: () => metrics.refused.inc({ reason: STOP }),
    });
    return { routing, receivers, inhibitor, fallback, pipeline, dispatcher };
  }

  /** Somebody silenced what a message tells of after it was decided: of its firing alerts one or more. */
  function silencedSince(row: OutboxRow): string | null {
    for (const { status, labels } of row.alerts) {
      const by = status === 'firing' ? deps.silences.silencedBy(labels, clock.now()) : [];
      if (by.length > 0) return `silenced by ${by.join(', ')} before it was sent`;
    }
    return null;
  }

  function flush(group: Group): void {
    try {
      const { released, queued } = inForce.pipeline.flush(group);
      awaiting.set(group, released);
      releaseAfter(group.key, group.route.receiver);
      if (queued > 0) sender.wake();
    } catch (error) {
      // Nothing was recorded and nothing released: the group's next round says the same again.
      metrics.flushFailures.inc();
      deps.log.error(
        { err: error, group: group.key },
        'cannot notify a group; trying again at its next interval',
      );
    }
  }

  /** Everything decided for a group is sent: it may forget what resolved. A failed message is decided anew at the next round. */
  function releaseAfter(groupKey: string, receiver: string): void {
    for (const [group, released] of awaiting) {
      if (group.key !== groupKey || group.route.receiver !== receiver) continue;
      if (store.outbox.unsettled(groupKey, receiver)) continue;
      awaiting.delete(group);
      inForce.dispatcher.release(group, released);
    }
  }

  function redispatch(): void {
    for (const alert of book.all()) inForce.dispatcher.dispatch(alert, { resume: true });
  }

  return {
    get routing() {
      return inForce.routing;
    },
    get receivers() {
      return inForce.receivers;
    },
    get inhibitor() {
      return inForce.inhibitor;
    },
    groups: () => inForce.dispatcher.groups(),
    wake: () => sender.wake(),
    start() {
      redispatch();
      sender.start();
      forgetTimer = clock.setInterval(() => {
        try {
          const now = clock.now();
          book.forgetResolved(now, FORGET_AFTER_MS, (fingerprint) => !inForce.dispatcher.holds(fingerprint));
          deps.silences.forgetExpired(now);
          if (now - prunedMs < PRUNE_PERIOD_MS && now >= prunedMs) return;
          prunedMs = now;
          store.prune(now - deps.historyMs);
        } catch (error) {
          // Housekeeping can wait; paging goes on.
          deps.log.error({ err: error }, 'cannot clean up the database; trying again in a minute');
        }
      }, FORGET_PERIOD_MS);
    },
    async stop(graceMs) {
      forgetTimer?.cancel();
      inForce.dispatcher.stop();
      await sender.stop(graceMs);
    },
    useRouting(routing) {
      const old = inForce;
      inForce = build(routing);
      old.dispatcher.stop();
      awaiting.clear();
      redispatch();
      sender.wake();
    },
  };
}

/** How an alert stands, for the API and the page. */
export function statusOf(alert: HeldAlert, timeMs: number): 'firing' | 'resolved' {
  return isResolvedAt(alert, timeMs) ? 'resolved' : 'firing';
}
