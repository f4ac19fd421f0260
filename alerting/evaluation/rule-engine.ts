import { fingerprint, isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import { NO_ALERTS } from '@tocsin/rules/state/active-alert.ts';
import { restoreState } from '@tocsin/rules/state/restore-state.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import { type AggregatorWatch, createAggregatorWatch } from './aggregator-watch.ts';
import { createGroupRuntime, type GroupRuntime } from './rule-runtime.ts';
import { createScheduler, type SchedulerDeps } from './scheduler.ts';
import { createUrgentWatch } from './urgent-watch.ts';

/** The rules in force: their states, their schedule, and what happens to both at a restart or reload. */
export interface RuleEngine {
  start(groups: readonly RuleGroup[]): void;
  /** Takes other rules into force. A rule that stays keeps its alerts; those of one that is gone are resolved. */
  useRules(groups: readonly RuleGroup[]): void;
  stop(): Promise<void>;
  /** Those of files, and the built-in one. */
  readonly groups: readonly GroupRuntime[];
  readonly watch: AggregatorWatch;
}

export interface RuleEngineDeps extends Omit<SchedulerDeps, 'onAsked'> {
  readonly clock: Clock;
  readonly defaultIntervalMs: number;
}

// How exactly the time of an outage is known; each mark is one disk write.
const MARK_PERIOD_MS = 60_000;
const MARK = 'evaluated_ms';

export function createRuleEngine(deps: RuleEngineDeps): RuleEngine {
  const { clock, store, book, metrics } = deps;
  const watch = createAggregatorWatch({
    ...deps,
    onChange(reachable) {
      metrics.aggregatorReachable.set(Number(reachable));
      if (reachable) deps.log.info('the aggregator answers again');
      else deps.log.warn('the aggregator cannot be asked; rules wait');
    },
  });
  const scheduler = createScheduler({ ...deps, onAsked: watch.observe });
  const urgent = createUrgentWatch({ ...deps, evaluate: scheduler.evaluateNow });
  let groups: readonly GroupRuntime[] = [];
  let marker: Timer | null = null;

  const mark = (): void => {
    const counts = { pending: 0, firing: 0 };
    for (const { rules } of [...groups, watch.group]) {
      for (const { state } of rules)
        for (const alert of state.values()) if (alert.state !== 'inactive') counts[alert.state]++;
    }
    metrics.alerts.set({ state: 'pending' }, counts.pending);
    metrics.alerts.set({ state: 'firing' }, counts.firing);
    // Only a pending alert's time depends on it.
    if (counts.pending === 0) return;
    try {
      store.setMeta(MARK, String(clock.now()));
    } catch (error) {
      deps.log.error({ err: error }, 'cannot note the time of evaluation');
    }
  };

  /** Rules that nobody has any more: their alerts end now. */
  const retire = (kept: ReadonlySet<string>): void => {
    const timeMs = clock.now();
    for (const [key, state] of store.loadRuleAlerts()) {
      if (kept.has(key)) continue;
      store.transaction(() => {
        const known = [...state.values()].flatMap((alert) => {
          const found = alert.state === 'firing' ? book.get(fingerprint(alert.labels)) : undefined;
          return found && !isResolvedAt(found, timeMs)
            ? [{ ...found, endsAtMs: timeMs, updatedAtMs: timeMs }]
            : [];
        });
        for (const alert of known) {
          store.addEvent({
            atMs: timeMs,
            kind: 'resolved',
            fingerprint: alert.fingerprint,
            reason: 'its rule was removed',
            data: { labels: alert.labels },
          });
        }
        store.forgetRule(key);
        book.put(known);
      });
    }
  };

  const take = (
    loaded: readonly RuleGroup[],
    states: (key: string) => GroupRuntime['rules'][number]['state'] | undefined,
  ): void => {
    groups = loaded.map((group) => createGroupRuntime(group, deps.defaultIntervalMs));
    for (const group of groups)
      for (const runtime of group.rules) runtime.state = states(runtime.rule.key) ?? NO_ALERTS;
    retire(
      new Set([...groups, watch.group].flatMap((group) => group.rules.map((runtime) => runtime.rule.key))),
    );
    metrics.rules.set(groups.reduce((sum, group) => sum + group.rules.length, 0));
    // A counter that first appears with its first failure has no increase yet, and no rule would see that one.
    for (const { group } of groups) {
      metrics.evaluationFailures.inc({ group: group.name }, 0);
      metrics.evaluationsMissed.inc({ group: group.name }, 0);
    }
    scheduler.start(groups);
    urgent.start(groups);
  };

  return {
    watch,
    get groups() {
      return [...groups, watch.group];
    },
    start(loaded) {
      const stored = store.loadRuleAlerts();
      const now = clock.now();
      const outage = { fromMs: Number(store.meta(MARK) ?? now), toMs: now };
      const builtIn = watch.group.rules[0]!;
      builtIn.state = stored.get(builtIn.rule.key) ?? NO_ALERTS;
      const rules = new Map(loaded.flatMap((group) => group.rules.map((rule) => [rule.key, rule])));
      metrics.aggregatorReachable.set(1);
      take(loaded, (key) => {
        const rule = rules.get(key);
        const state = stored.get(key);
        return rule?.kind === 'alerting' && state ? restoreState(rule, state, outage) : undefined;
      });
      watch.start();
      marker = clock.setInterval(mark, MARK_PERIOD_MS);
    },
    useRules(loaded) {
      scheduler.stop();
      urgent.stop();
      const states = new Map(
        groups.flatMap((group) => group.rules.map((runtime) => [runtime.rule.key, runtime.state])),
      );
      take(loaded, (key) => states.get(key));
    },
    async stop() {
      scheduler.stop();
      urgent.stop();
      watch.stop();
      marker?.cancel();
      mark();
      deps.writer.stop();
    },
  };
}
