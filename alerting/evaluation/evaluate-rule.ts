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
import type { Clock } from '@tocsin/runtime/clock.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Store } from '../store/store.ts';
import type { QueryClient } from './query-client.ts';
import { QueryFailure } from './query-failure.ts';
import type { RecordedSample } from './recorded-writer.ts';
import type { RuleRuntime } from './rule-runtime.ts';

export interface EvaluateDeps {
  readonly clock: Clock;
  readonly query: QueryClient;
  readonly store: Store;
  readonly book: AlertBook;
  readonly externalUrl: string;
}

const NEVER = new AbortController().signal;

/**
 * Evaluates a rule for the moment `timeMs`: asks, steps the state machine, records events, state and alerts. Returns
 * the samples to write; none once the rule is not `inForce` any more. @throws QueryFailure, and whatever the disk says
 */
export async function evaluateRule(
  runtime: RuleRuntime,
  timeMs: number,
  deps: EvaluateDeps,
  inForce: () => boolean,
): Promise<readonly RecordedSample[]> {
  const { rule, group } = runtime;
  const askedMs = timeMs - (group.queryOffsetMs ?? 0);
  const ask = (expression: string) => deps.query.instant(expression, askedMs);
  const pause = createPause(deps.clock, NEVER, 1);
  if (rule.kind === 'recording') {
    const { series, error } = stepRecordingRule(rule, await ask(rule.expression), group.limit);
    if (error !== null) throw new Error(error);
    return await inTurns(recordedSamples(runtime, series, askedMs), pause, inForce, []);
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
    pause,
  });
  await inTurns(applyStep(runtime, rule, step, timeMs, deps), pause, inForce, undefined);
  if (step.error !== null) throw new Error(step.error);
  return await inTurns(recordedSamples(runtime, alertSeries(step.state), askedMs), pause, inForce, []);
}

/** Runs work that leaves off now and then, with pauses; what it has not done when the rule is replaced is left undone. */
async function inTurns<T>(
  work: Generator<undefined, T>,
  pause: () => Promise<void>,
  inForce: () => boolean,
  otherwise: T,
): Promise<T> {
  while (inForce()) {
    const turn = work.next();
    if (turn.done) return turn.value;
    await pause();
  }
  return otherwise;
}

/**
 * Records what changed first, and lets it be seen by the rest of the process only then: in one transaction, or in several
 * with some hundred alerts each, an alert's state, its event and itself always in the same.
 */
export function* applyStep(
  runtime: RuleRuntime,
  rule: AlertingRule,
  step: Step,
  timeMs: number,
  deps: Omit<EvaluateDeps, 'query' | 'clock'>,
): Generator<undefined, void> {
  // Most rules are quiet most of the time: of those there is nothing to compare.
  if (step.events.length === 0 && step.state.size === 0 && runtime.state.size === 0) return;
  const before = runtime.state;
  const changed = new Map<string, AlertEvent | null>(
    step.events.map((event) => [labelsKey(event.alert.labels), event]),
  );
  for (const key of before.keys()) if (!step.state.has(key) && !changed.has(key)) changed.set(key, null);
  for (const [key, alert] of step.state) {
    if (before.get(key)?.keepFiringSinceMs !== alert.keepFiringSinceMs && !changed.has(key))
      changed.set(key, null);
  }
  yield;
  const pieces = piecesOf([...changed.keys()]);
  let reached: Map<string, ActiveAlert> | null = null;
  for (const piece of pieces) {
    record(rule, step, new Map(piece.map((key) => [key, changed.get(key)!])), timeMs, deps);
    if (pieces.length === 1) break;
    // What follows may fail, or come to nothing because other rules are put in force.
    reached ??= new Map(before);
    for (const key of piece) {
      const alert = step.state.get(key);
      if (alert) reached.set(key, alert);
      else reached.delete(key);
    }
    runtime.state = reached;
    yield;
  }
  runtime.state = step.state;
  const firing = [...step.state].filter(([key, alert]) => alert.state === 'firing' && !changed.has(key));
  const link = linkOf(rule, deps.externalUrl);
  for (const piece of piecesOf(firing)) {
    deps.book.refresh(piece.map(([, alert]) => held(rule, alert, timeMs, link)));
    yield;
  }
}

const ALERTS_PER_PIECE = 500;

function piecesOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const pieces: (readonly T[])[] = [];
  for (let i = 0; i < all.length; i += ALERTS_PER_PIECE) pieces.push(all.slice(i, i + ALERTS_PER_PIECE));
  return pieces;
}

/** Alerts by their key, each with what happened to it when that is worth telling. */
function record(
  rule: AlertingRule,
  step: Step,
  changed: ReadonlyMap<string, AlertEvent | null>,
  timeMs: number,
  { store, book, externalUrl }: Omit<EvaluateDeps, 'query' | 'clock'>,
): void {
  const link = linkOf(rule, externalUrl);
  const told: HeldAlert[] = [];
  store.transaction(() => {
    store.saveRuleAlerts(rule.key, step.state, changed.keys());
    for (const event of changed.values()) {
      if (event === null) continue;
      store.addEvent(eventRow(rule, event, timeMs));
      if (event.kind === 'firing' || event.kind === 'resolved')
        told.push(held(rule, event.alert, timeMs, link));
    }
    const refused = book.put(told);
    if (refused > 0)
      throw new Error(`${refused} alerts find no room; there are already ${ALERTING_LIMITS.alerts}`);
  });
}

/** The page with the rule's expression. */
export function linkOf(rule: AlertingRule, externalUrl: string): string {
  return externalUrl + graphLink(rule.expression, 0);
}

/** The alert as receivers see it. */
export function held(
  rule: AlertingRule,
  alert: ActiveAlert,
  timeMs: number,
  generatorUrl: string,
): HeldAlert {
  return {
    labels: alert.labels,
    annotations: labelsFromObject(alert.annotations),
    startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
    endsAtMs: alert.resolvedAtMs,
    updatedAtMs: timeMs,
    generatorUrl,
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
function* recordedSamples(
  runtime: RuleRuntime,
  series: Iterable<QuerySample>,
  timestampMs: number,
): Generator<undefined, readonly RecordedSample[]> {
  const samples: RecordedSample[] = [];
  const written = new Map<string, Labels>();
  for (const { labels, value } of series) {
    written.set(labelsKey(labels), labels);
    samples.push({ labels, timestampMs, value });
    if (samples.length % SAMPLES_PER_TURN === 0) yield;
  }
  if (samples.length === 0 && runtime.written.size === 0) return samples;
  for (const [key, labels] of runtime.written)
    if (!written.has(key)) samples.push({ labels, timestampMs, value: null });
  runtime.written = written;
  return samples;
}

const SAMPLES_PER_TURN = 2_048;
