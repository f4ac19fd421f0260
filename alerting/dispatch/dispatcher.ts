import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { matchRoutes, type Route } from '../routing/route.ts';
import { createGroup, type Group, groupId, groupLabels } from './group.ts';

export interface Dispatcher {
  /**
   * Puts an alert into the groups of its routes. With `resume` it was known before (a restart, new routing), and
   * its group goes on at the pace it had.
   */
  dispatch(alert: HeldAlert, options?: { readonly resume: boolean }): void;
  groups(): Iterable<Group>;
  /** Whether some group still holds it. */
  holds(fingerprint: string): boolean;
  /** Drops resolved alerts that everybody who had to know was told about, unless they came back since; and the group when it is empty then. */
  release(group: Group, told: readonly HeldAlert[]): void;
  stop(): void;
}

export interface DispatcherDeps {
  readonly clock: Clock;
  /** Notifies the group's receiver, where needed. Must not throw. */
  readonly flush: (group: Group) => void;
  /** When the group was last told of, by the records of an earlier run. */
  readonly lastToldMs: (groupKey: string, receiver: string) => number | null;
  /** Alerts of the group that the receiver believes to fire, by the records. */
  readonly believedFiring: (groupKey: string, receiver: string) => ReadonlySet<string>;
  /** Counts an alert that found no room. */
  readonly onRefused: (route: Route) => void;
}

/** Sorts alerts into groups and flushes each after group_wait, then every group_interval. */
export function createDispatcher(root: Route, deps: DispatcherDeps): Dispatcher {
  const groups = new Map<string, Group>();
  const holders = new Map<string, number>();
  let stopped = false;

  const plan = (group: Group, delayMs: number): void => {
    group.timer?.cancel();
    group.dueMs = deps.clock.now() + delayMs;
    group.timer = deps.clock.setTimeout(() => {
      if (stopped) return;
      group.flushed = true;
      // The next one first: a flush that fails must not be the last.
      plan(group, group.route.groupIntervalMs);
      deps.flush(group);
    }, delayMs);
  };
  const remove = (group: Group): void => {
    group.timer?.cancel();
    groups.delete(groupId(group.route, group.labels));
  };

  /** group_wait counts from the alert's start. */
  const firstDelay = (group: Group, alert: HeldAlert, resume: boolean): number => {
    const now = deps.clock.now();
    const toldMs = resume ? deps.lastToldMs(group.key, group.route.receiver) : null;
    if (toldMs !== null) {
      // Whatever the clock did meanwhile, not longer than one interval.
      return Math.max(0, Math.min(toldMs + group.route.groupIntervalMs - now, group.route.groupIntervalMs));
    }
    return alert.startsAtMs + group.route.groupWaitMs < now ? 0 : group.route.groupWaitMs;
  };

  /** Resolved, and nobody believes that it fires: either nobody was ever told, or also that it is over. */
  const nothingToSay = (group: Group, alert: HeldAlert): boolean =>
    isResolvedAt(alert, deps.clock.now()) &&
    !deps.believedFiring(group.key, group.route.receiver).has(alert.fingerprint);

  return {
    dispatch(alert, { resume } = { resume: false }) {
      for (const route of matchRoutes(root, alert.labels)) {
        const labels = groupLabels(route, alert.labels);
        const id = groupId(route, labels);
        let group = groups.get(id);
        if (!group) {
          if (groups.size >= ALERTING_LIMITS.groups) {
            deps.onRefused(route);
            continue;
          }
          group = createGroup(route, labels);
          if (nothingToSay(group, alert)) continue;
          groups.set(id, group);
          plan(group, firstDelay(group, alert, resume));
        } else if (resume && nothingToSay(group, alert)) {
          continue;
        } else if (!group.flushed && !resume && alert.startsAtMs + route.groupWaitMs < deps.clock.now()) {
          plan(group, 0);
        }
        if (!group.alerts.has(alert.fingerprint)) {
          holders.set(alert.fingerprint, (holders.get(alert.fingerprint) ?? 0) + 1);
        }
        group.alerts.set(alert.fingerprint, alert);
      }
    },
    groups: () => groups.values(),
    holds: (fingerprint) => holders.has(fingerprint),
    release(group, told) {
      for (const alert of told) {
        const held = group.alerts.get(alert.fingerprint);
        if (!held || held.endsAtMs !== alert.endsAtMs) continue;
        group.alerts.delete(alert.fingerprint);
        const count = (holders.get(alert.fingerprint) ?? 1) - 1;
        if (count === 0) holders.delete(alert.fingerprint);
        else holders.set(alert.fingerprint, count);
      }
      if (group.alerts.size === 0) remove(group);
    },
    stop() {
      stopped = true;
      for (const group of groups.values()) group.timer?.cancel();
    },
  };
}
