import { formatLabelSet, isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { keepLabels, type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Timer } from '@tocsin/runtime/clock.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import type { Route } from '../routing/route.ts';

/** Alerts of one route with equal values of its group_by labels; notified together. */
export interface Group {
  readonly route: Route;
  readonly labels: Labels;
  /** As Alertmanager writes it: `{}/{severity="page"}:{alertname="Down"}`. */
  readonly key: string;
  readonly alerts: Map<string, HeldAlert>;
  timer: Timer | null;
  /** When the timer fires; milliseconds since the epoch. */
  dueMs: number;
  flushed: boolean;
}

export function groupLabels(route: Route, alert: Labels): Labels {
  return route.groupBy === 'all' ? alert : keepLabels(alert, route.groupBy);
}

/** Unique among all groups; two routes may have the same key. */
export function groupId(route: Route, labels: Labels): string {
  return `${route.id}\0${labelsKey(labels)}`;
}

export function createGroup(route: Route, labels: Labels): Group {
  return {
    route,
    labels,
    key: `${route.key}:${formatLabelSet(labels)}`,
    alerts: new Map(),
    timer: null,
    dueMs: 0,
    flushed: false,
  };
}

/** The alerts as a flush sees them: one that would end only later is firing, whatever the end set for it. */
export function alertsAt(group: Group, timeMs: number): readonly HeldAlert[] {
  return [...group.alerts.values()].map((alert) =>
    isResolvedAt(alert, timeMs) || alert.endsAtMs === null ? alert : { ...alert, endsAtMs: null },
  );
}
