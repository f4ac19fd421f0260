import { fingerprint } from '@tocsin/protocol/alertmanager/alert.ts';
import {
  dropLabels,
  type Labels,
  labelsFromObject,
  labelsKey,
  NO_LABELS,
} from '@tocsin/protocol/labels/labels.ts';
import type { AlertingRule } from '@tocsin/rules/rule-file/rule.ts';
import type { ActiveAlert } from '@tocsin/rules/state/active-alert.ts';
import { alertSeries } from '@tocsin/rules/state/alert-series.ts';
import { evaluateAlertingRule } from '@tocsin/rules/state/evaluate-alerting-rule.ts';
import type { AlertEvent, Step } from '@tocsin/rules/state/step-alerting-rule.ts';
import { stepRecordingRule } from '@tocsin/rules/state/step-recording-rule.ts';
import { graphLink, type QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Store } from '../store/store.ts';
import type { QueryClient } from './query-client.ts';
import { QueryFailure } from './query-failure.ts';
import type { RecordedSample } from './recorded-writer.ts';
import type { RuleRuntime } from './rule-runtime.ts';

export interface EvaluateDeps {
  readonly query: QueryClient;
  readonly store: Store;
  readonly book: AlertBook;
  readonly externalUrl: string;
}

/**
 * Evaluates a rule for the moment `timeMs`: asks, steps the state machine, records events, state and alerts in
 * one transaction. Returns the samples to write. @throws QueryFailure, and whatever the disk says
 */
export async function evaluateRule(
  runtime: RuleRuntime,
  timeMs: number,
  deps: EvaluateDeps,
): Promise<readonly RecordedSample[]> {
  const { rule, group } = runtime;
  const askedMs = timeMs - (group.queryOffsetMs ?? 0);
  const ask = (expression: string) => deps.query.instant(expression, askedMs);
  if (rule.kind === 'recording') {
    const { series, error } = stepRecordingRule(rule, await ask(rule.expression), group.limit);
    if (error !== null) throw new Error(error);
    return recordedSamples(runtime, series, askedMs);
  }
  const step = await evaluateAlertingRule(rule, runtime.state, timeMs, {
    ask,
    // An aggregator that cannot be asked is one alert for all rules, and says nothing about this one.
    faultOf: (error) => (error instanceof QueryFailure && error.kind === 'refused' ? error.message : null),
    subjectFailed: runtime.subject?.failed ?? false,
    externalLabels: NO_LABELS,
    externalUrl: deps.externalUrl,
    limit: group.limit,
    templateQueries: ALERTING_LIMITS.templateQueries,
  });
  applyStep(runtime, rule, step, timeMs, deps);
  if (step.error !== null) throw new Error(step.error);
  return recordedSamples(runtime, alertSeries(step.state), askedMs);
}

/** Records what changed first, and lets it be seen by the rest of the process only then. */
export function applyStep(
  runtime: RuleRuntime,
  rule: AlertingRule,
  step: Step,
  timeMs: number,
  deps: Omit<EvaluateDeps, 'query'>,
): void {
  // Most rules are quiet most of the time: of those there is nothing to compare.
  if (step.events.length === 0 && step.state.size === 0 && runtime.state.size === 0) return;
  const told: HeldAlert[] = [];
  for (const { kind, alert } of step.events)
    if (kind === 'firing' || kind === 'resolved') told.push(held(rule, alert, timeMs, deps.externalUrl));
  const changed = new Set(step.events.map((event) => labelsKey(event.alert.labels)));
  for (const key of runtime.state.keys()) if (!step.state.has(key)) changed.add(key);
  for (const [key, alert] of step.state) {
    if (runtime.state.get(key)?.keepFiringSinceMs !== alert.keepFiringSinceMs) changed.add(key);
  }
  if (changed.size > 0) {
    deps.store.transaction(() => {
      deps.store.saveRuleAlerts(rule.key, step.state, changed);
      for (const event of step.events) deps.store.addEvent(eventRow(rule, event, timeMs));
      const refused = deps.book.put(told);
      if (refused > 0)
        throw new Error(`${refused} alerts find no room; there are already ${ALERTING_LIMITS.alerts}`);
    });
  }
  runtime.state = step.state;
  const firing = [...step.state.entries()].filter(
    ([key, alert]) => alert.state === 'firing' && !changed.has(key),
  );
  deps.book.refresh(firing.map(([, alert]) => held(rule, alert, timeMs, deps.externalUrl)));
}

/** The alert as receivers see it. */
export function held(rule: AlertingRule, alert: ActiveAlert, timeMs: number, externalUrl: string): HeldAlert {
  return {
    labels: alert.labels,
    annotations: labelsFromObject(alert.annotations),
    startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
    endsAtMs: alert.resolvedAtMs,
    updatedAtMs: timeMs,
    generatorUrl: externalUrl + graphLink(rule.expression, 0),
    fingerprint: fingerprint(alert.labels),
    source: 'rule',
    value: alert.value,
    timesOut: false,
    ...ladderOf(rule, alert.labels),
  };
}

/** The same key for all severities of the same thing. */
function ladderOf({ additions: { ladder } }: AlertingRule, labels: Labels): Pick<HeldAlert, 'ladder'> {
  if (!ladder) return {};
  return { ladder: { key: labelsKey(dropLabels(labels, new Set(ladder.labels))), rank: ladder.rank } };
}

function eventRow(rule: AlertingRule, { kind, reason, alert }: AlertEvent, timeMs: number) {
  const data = {
    rule: rule.name,
    expression: rule.expression,
    labels: alert.labels,
    value: String(alert.value),
    activeAtMs: alert.activeAtMs,
  };
  return { atMs: timeMs, kind, fingerprint: fingerprint(alert.labels), reason, data };
}

/** The series of this evaluation, and an end for each of the last one's that is gone. */
function recordedSamples(
  runtime: RuleRuntime,
  series: readonly QuerySample[],
  timestampMs: number,
): readonly RecordedSample[] {
  if (series.length === 0 && runtime.written.size === 0) return [];
  const written = new Map<string, Labels>(series.map((sample) => [labelsKey(sample.labels), sample.labels]));
  const samples: RecordedSample[] = series.map(({ labels, value }) => ({ labels, timestampMs, value }));
  for (const [key, labels] of runtime.written)
    if (!written.has(key)) samples.push({ labels, timestampMs, value: null });
  runtime.written = written;
  return samples;
}
