import { fingerprint } from '@tocsin/protocol/alertmanager/alert.ts';
import { labelsToObject, NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import type { AlertingRule, RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import { type ActiveAlert, type AlertState, NO_ALERTS } from '@tocsin/rules/state/active-alert.ts';
import { evaluateAlertingRule } from '@tocsin/rules/state/evaluate-alerting-rule.ts';
import type { AlertEvent } from '@tocsin/rules/state/step-alerting-rule.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import { held, linkOf } from '../evaluation/evaluate-rule.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { askPast, type PastResults } from './past-results.ts';
import type { PastAlert, RuleReport } from './report.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One alerting rule going through the past. */
export interface RuleReplay {
  readonly rule: AlertingRule;
  /** Asks what the span's evaluations would have yielded and plans them; the last span may end in between. Never rejects. */
  load(fromMs: number, toMs: number, signal: AbortSignal): Promise<void>;
  report(toMs: number, messages: RuleReport['messages']): RuleReport;
}

export interface RuleReplayDeps {
  readonly clock: VirtualClock;
  readonly query: RangeQuery;
  readonly book: AlertBook;
  readonly externalUrl: string;
  /** Told of every alert before it fires. */
  readonly onAlert: (fingerprint: string) => void;
}

/** `stepMs` and `offsetMs` say when it is evaluated: every step, at times that are the offset modulo the step. */
export function createRuleReplay(
  rule: AlertingRule,
  group: RuleGroup,
  schedule: { readonly stepMs: number; readonly offsetMs: number },
  deps: RuleReplayDeps,
): RuleReplay {
  const { clock, book } = deps;
  const { stepMs } = schedule;
  const watched = watchedExpressions(rule);
  let state: AlertState = NO_ALERTS;
  let results: ReadonlyMap<string, PastResults> = new Map();
  let spanEndMs = 0;
  let error: string | null = null;
  const tally = { fired: 0, dropped: 0, firingMs: 0, longestMs: 0 };
  const shown: PastAlert[] = [];
  // Of those that fire, in the order in which they began; the shown ones by their place.
  const open = new Map<string, { readonly firedAtMs: number; readonly place: number | null }>();

  const evaluate = async (timeMs: number): Promise<void> => {
    try {
      const step = await evaluateAlertingRule(rule, state, timeMs, {
        // Templates' own queries are not asked: nobody reads a text of the past.
        ask: async (expression) => results.get(expression)?.at(timeMs) ?? [],
        faultOf: () => null,
        subjectFailed: false,
        externalLabels: NO_LABELS,
        externalUrl: deps.externalUrl,
        limit: group.limit,
        templateQueries: ALERTING_LIMITS.templateQueries,
      });
      if (step.error !== null) error ??= step.error;
      for (const event of step.events) take(event, timeMs);
      state = step.state;
    } catch (failure) {
      error ??= failure instanceof Error ? failure.message : String(failure);
    }
    plan(timeMs + stepMs);
  };

  /** The next evaluation that can change anything. */
  const plan = (earliestMs: number): void => {
    const idle = state.size === 0 && rule.additions.noData === null;
    const nextMs = idle ? (results.get(watched[0]!)?.nextMs(earliestMs) ?? null) : earliestMs;
    if (nextMs === null || nextMs > spanEndMs) return;
    clock.setTimeout(() => evaluate(nextMs), nextMs - clock.now());
  };

  const take = ({ kind, alert }: AlertEvent, timeMs: number): void => {
    const key = fingerprint(alert.labels);
    if (kind === 'dropped') tally.dropped++;
    if (kind === 'firing') {
      tally.fired++;
      deps.onAlert(key);
      const place = shown.length < ALERTING_LIMITS.backtestAlerts ? shown.push(shownAlert(alert)) - 1 : null;
      open.set(key, { firedAtMs: timeMs, place });
    }
    if (kind === 'resolved') close(key, timeMs, true);
    if (kind === 'firing' || kind === 'resolved')
      book.put([held(rule, alert, timeMs, linkOf(rule, deps.externalUrl))]);
  };

  const close = (key: string, timeMs: number, resolved: boolean): void => {
    const alert = open.get(key);
    if (!alert) return;
    open.delete(key);
    tally.firingMs += timeMs - alert.firedAtMs;
    tally.longestMs = Math.max(tally.longestMs, timeMs - alert.firedAtMs);
    if (resolved && alert.place !== null)
      shown[alert.place] = { ...shown[alert.place]!, resolvedAt: new Date(timeMs).toISOString() };
  };

  return {
    rule,
    async load(fromMs, toMs, signal) {
      if (error !== null) return;
      const phase = (((fromMs - schedule.offsetMs) % stepMs) + stepMs) % stepMs;
      const firstMs = phase === 0 ? fromMs : fromMs + stepMs - phase;
      spanEndMs = toMs - 1;
      if (firstMs > spanEndMs) return;
      const question = {
        fromMs: firstMs,
        toMs: spanEndMs,
        stepMs,
        offsetMs: group.queryOffsetMs ?? 0,
        signal,
      };
      try {
        const found = await Promise.all(
          watched.map((expression) => askPast(deps.query, { ...question, expression })),
        );
        results = new Map(watched.map((expression, i) => [expression, found[i]!]));
        plan(firstMs);
      } catch (failure) {
        error = failure instanceof Error ? failure.message : String(failure);
      }
    },
    report(toMs, messages) {
      for (const key of [...open.keys()]) close(key, toMs, false);
      return {
        name: rule.name,
        file: group.file,
        group: group.name,
        line: rule.line,
        interval: stepMs / 1_000,
        fired: tally.fired,
        dropped: tally.dropped,
        firingSeconds: tally.firingMs / 1_000,
        longestSeconds: tally.longestMs / 1_000,
        messages,
        alerts: shown,
        error,
      };
    },
  };
}

/** What its evaluations ask; the first decides whether it is idle. */
function watchedExpressions({ expression, additions }: AlertingRule): readonly string[] {
  const main = additions.recovery?.expression ?? expression;
  return additions.noData === null ? [main] : [main, additions.noData.expression];
}

function shownAlert(alert: ActiveAlert): PastAlert {
  return {
    labels: labelsToObject(alert.labels),
    pendingAt: new Date(alert.activeAtMs).toISOString(),
    firedAt: new Date(alert.firedAtMs ?? alert.activeAtMs).toISOString(),
    resolvedAt: null,
    value: String(alert.value),
  };
}
