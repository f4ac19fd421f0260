import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { createGroup, type Group, groupId, groupLabels } from '../dispatch/group.ts';
import type { Inhibitable } from '../inhibition/inhibitor.ts';
import { recordedRoute } from '../notify/pipeline.ts';
import { decideDedup } from '../notify/stages/dedup-stage.ts';
import { mutedBy } from '../notify/stages/mute-stage.ts';
import { matchRoutes, type Route } from '../routing/route.ts';
import type { WhyDeps } from './why-deps.ts';

/** Where the alert would go now, and what stands in its way. */
export function standing(alert: Inhibitable, deps: WhyDeps) {
  const { labels } = alert;
  const now = deps.clock.now();
  const inhibition = deps.notifier.inhibitor.inhibitedBy(alert, now);
  const source = inhibition ? deps.book.get(inhibition.by) : undefined;
  const live = new Map(
    [...deps.notifier.groups()].map((group) => [groupId(group.route, group.labels), group]),
  );
  return {
    silencedBy: deps.silences.silencedBy(labels, now).map((id) => {
      const silence = deps.silences.get(id);
      return { id, createdBy: silence?.createdBy ?? '', comment: silence?.comment ?? '' };
    }),
    inhibitedBy: inhibition
      ? { fingerprint: inhibition.by, rule: inhibition.rule, labels: labelsToObject(source?.labels ?? []) }
      : null,
    routes: matchRoutes(deps.notifier.routing.route, labels).map((route) => {
      const ownLabels = groupLabels(route, labels);
      const group = live.get(groupId(route, ownLabels));
      return {
        ...recordedRoute(route),
        receiver: route.receiver,
        group: group?.key ?? createGroup(route, ownLabels).key,
        alertsInGroup: group?.alerts.size ?? 0,
        nextRoundAt: group ? new Date(group.dueMs).toISOString() : null,
        muted: mutedBy(route, deps.notifier.routing.timeIntervals, now),
        integrations: group ? integrationsOf(group, route, now, deps) : [],
      };
    }),
  };
}

/** What the group's next round would decide for each integration if nothing changed until then. */
function integrationsOf(group: Group, route: Route, now: number, deps: WhyDeps) {
  const inForce = [...group.alerts.values()].filter(
    (alert) =>
      deps.silences.silencedBy(alert.labels, now).length === 0 &&
      deps.notifier.inhibitor.inhibitedBy(alert, now) === null,
  );
  const state = {
    firing: inForce.filter((alert) => !isResolvedAt(alert, now)).map((alert) => alert.fingerprint),
    resolved: inForce.filter((alert) => isResolvedAt(alert, now)).map((alert) => alert.fingerprint),
  };
  return (deps.notifier.receivers.get(route.receiver) ?? []).map(({ name, integration }) => {
    const last = deps.store.outbox.lastTold(group.key, route.receiver, name);
    const { notify, reason } = decideDedup(last, state, {
      sendResolved: integration.sendResolved,
      repeatIntervalMs: route.repeatIntervalMs,
      timeMs: Math.max(now, group.dueMs),
    });
    return {
      name,
      cannotSend: integration.cannotSend,
      nextRound: { notifies: notify, reason },
      toldAt: last ? new Date(last.createdMs).toISOString() : null,
    };
  });
}
