import { type Labels, labelsKey, METRIC_NAME, NO_LABELS, withLabel } from '@tocsin/protocol/labels/labels.ts';
import { RULE_LIMITS } from '../limits.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import type { StandInState } from '../rule-file/rule-additions.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import type { CompiledTemplate, ExpandContext } from '../template/expand.ts';
import { QueryNeeded } from '../template/query-needed.ts';
import { type ActiveAlert, type AlertState, NO_ALERTS } from './active-alert.ts';

/** What changed for one alert at one evaluation; the reason behind every page. */
export interface AlertEvent {
  readonly kind: 'pending' | 'firing' | 'resolved' | 'dropped';
  /** For a person: why it changed. */
  readonly reason: string;
  readonly alert: ActiveAlert;
}

export interface Step {
  readonly state: AlertState;
  readonly events: readonly AlertEvent[];
  /** The rule could not be evaluated as written; the state says what follows from that. */
  readonly error: string | null;
}

export interface StepContext extends Pick<ExpandContext, 'externalLabels' | 'externalUrl' | 'answers'> {
  /** Of the group; 0 is no limit. */
  readonly limit: number;
  /** There is no result to judge by; `samples` is empty then. */
  readonly standIn?: StandIn;
}

/** What counts in place of a result. */
export interface StandIn {
  readonly state: StandInState;
  /** For a person: why there is no result. */
  readonly reason: string;
}

/** How long a resolved alert is remembered, so that its receivers can still be told (Prometheus' resolvedRetention). */
const RESOLVED_RETENTION_MS = 15 * 60_000;
const ALERT_NAME = 'alertname';
// Expanding their templates takes a few milliseconds at most.
const SAMPLES_PER_TURN = 128;
const ALERTS_PER_TURN = 4_096;
/** Of a rule that is quiet and was. */
const NOTHING: Step = { state: NO_ALERTS, events: [], error: null };
const NAMELESS: QuerySample = { labels: NO_LABELS, value: Number.NaN };

/**
 * The state machine of an alerting rule, as Prometheus runs it (rules/alerting.go there): what follows from
 * `samples`, the expression's result at `timeMs`. Pure: the same arguments give the same step.
 * Throws QueryNeeded when a template asks for a query whose answer is not in `context.answers`.
 */
export function stepAlertingRule(
  rule: AlertingRule,
  samples: readonly QuerySample[],
  state: AlertState,
  timeMs: number,
  context: StepContext,
): Step {
  const turns = alertingRuleTurns(rule, samples, state, timeMs, context);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** The same, some alerts at a time, so that a rule with a hundred thousand of them leaves time for the others. */
export function* alertingRuleTurns(
  rule: AlertingRule,
  samples: readonly QuerySample[],
  state: AlertState,
  timeMs: number,
  context: StepContext,
): Generator<undefined, Step> {
  const { standIn } = context;
  if (standIn?.state === 'keep_last') return { state, events: [], error: null };
  if (samples.length === 0 && state.size === 0 && standIn === undefined) return NOTHING;
  const found = new Map<string, ActiveAlert>(standIn?.state === 'alerting' ? activeOf(state) : []);
  const passedOver = new Set<string>();
  const because = standIn ? `${standIn.reason}, which counts as ${standIn.state}` : null;
  // Without a series to name, the alert is the rule's as a whole.
  const nameless = standIn?.state === 'alerting' && found.size === 0;
  let looked = 0;
  for (const sample of nameless ? [NAMELESS] : samples) {
    if (++looked % SAMPLES_PER_TURN === 0) yield;
    const alert = alertOf(rule, sample, timeMs, context);
    const key = labelsKey(alert.labels);
    if (found.has(key) || passedOver.has(key)) {
      return {
        state,
        events: [],
        error: 'vector contains metrics with the same labelset after applying alert labels',
      };
    }
    if (nameless || holds(rule, sample, state.get(key))) found.set(key, alert);
    else passedOver.add(key);
  }

  const next = new Map<string, ActiveAlert>();
  const events: AlertEvent[] = [];
  let activeCount = 0;
  // Known alerts first and in their order, so that the same alerts are always reported in the same order.
  for (const key of new Set([...state.keys(), ...found.keys()])) {
    if (++looked % ALERTS_PER_TURN === 0) yield;
    const known = state.get(key);
    const sample = found.get(key);
    const after = sample
      ? whileTrue(rule, known, sample, timeMs, events, because)
      : whileFalse(rule, known!, timeMs, events, because);
    if (!after) continue;
    next.set(key, after);
    if (after.state !== 'inactive') activeCount++;
  }
  if (context.limit > 0 && activeCount > context.limit) {
    const cleared = [...state.values()]
      .filter((alert) => alert.state === 'firing')
      .map((alert): AlertEvent => {
        const reason = `the rule yields more alerts than its limit of ${context.limit}; all are dropped`;
        return { kind: 'resolved', reason, alert: { ...alert, state: 'inactive', resolvedAtMs: timeMs } };
      });
    return {
      state: NO_ALERTS,
      events: cleared,
      error: `exceeded limit of ${context.limit} with ${activeCount} alerts`,
    };
  }
  return { state: next, events, error: null };
}

function whileTrue(
  rule: AlertingRule,
  known: ActiveAlert | undefined,
  found: ActiveAlert,
  timeMs: number,
  events: AlertEvent[],
  because: string | null,
): ActiveAlert {
  const continues = known && known.state !== 'inactive';
  const alert: ActiveAlert = continues
    ? {
        ...known,
        annotations: found.annotations,
        value: found.value,
        keepFiringSinceMs: null,
        // A clock that was set back must not make an alert wait until it gets there again.
        activeAtMs: Math.min(known.activeAtMs, timeMs),
      }
    : found;
  if (alert.state === 'pending' && timeMs - alert.activeAtMs >= rule.forMs) {
    const firing: ActiveAlert = { ...alert, state: 'firing', firedAtMs: timeMs };
    const held =
      rule.forMs > 0 ? `held for ${(timeMs - alert.activeAtMs) / 1000} s of ${rule.forMs / 1000} s` : 'holds';
    events.push({ kind: 'firing', reason: because ?? `the expression ${held}`, alert: firing });
    return firing;
  }
  if (!continues)
    events.push({
      kind: 'pending',
      reason: `${because ?? 'the expression holds'}; waiting for its "for" to pass`,
      alert,
    });
  return alert;
}

function whileFalse(
  rule: AlertingRule,
  known: ActiveAlert,
  timeMs: number,
  events: AlertEvent[],
  because: string | null,
): ActiveAlert | null {
  if (known.state === 'pending') {
    events.push({
      kind: 'dropped',
      reason: because ?? 'the expression stopped holding before its "for" passed',
      alert: known,
    });
    return null;
  }
  if (known.state === 'inactive') {
    const expired = known.resolvedAtMs !== null && timeMs - known.resolvedAtMs > RESOLVED_RETENTION_MS;
    return expired ? null : known;
  }
  if (rule.keepFiringForMs > 0) {
    const keepFiringSinceMs = Math.min(known.keepFiringSinceMs ?? timeMs, timeMs);
    if (timeMs - keepFiringSinceMs < rule.keepFiringForMs) return { ...known, keepFiringSinceMs };
  }
  const resolved: ActiveAlert = { ...known, state: 'inactive', resolvedAtMs: timeMs };
  events.push({ kind: 'resolved', reason: because ?? 'the expression no longer holds', alert: resolved });
  return resolved;
}

/** With hysteresis an alert begins only beyond its threshold, and lasts as long as there is a result. */
function holds(rule: AlertingRule, sample: QuerySample, known: ActiveAlert | undefined): boolean {
  const { recovery } = rule.additions;
  if (recovery === null || known?.state === 'firing') return true;
  return recovery.direction === 'above'
    ? sample.value > recovery.threshold
    : sample.value < recovery.threshold;
}

function activeOf(state: AlertState): readonly (readonly [string, ActiveAlert])[] {
  return [...state].filter(([, alert]) => alert.state !== 'inactive');
}

function alertOf(rule: AlertingRule, sample: QuerySample, timeMs: number, context: StepContext): ActiveAlert {
  const expandContext: ExpandContext = { ...context, labels: sample.labels, value: sample.value, timeMs };
  let labels: Labels = withLabel(sample.labels, METRIC_NAME, '');
  for (const [name, template] of rule.labelTemplates)
    labels = withLabel(labels, name, expand(template, expandContext));
  labels = withLabel(labels, ALERT_NAME, rule.name);
  const annotations: Record<string, string> = Object.create(null);
  for (const [name, template] of rule.annotationTemplates)
    annotations[name] = expand(template, expandContext);
  return {
    labels,
    annotations,
    state: 'pending',
    value: sample.value,
    activeAtMs: timeMs,
    firedAtMs: null,
    resolvedAtMs: null,
    keepFiringSinceMs: null,
  };
}

/** A template that fails must not keep its alert from firing: the error takes the text's place, as in Prometheus. */
function expand(template: CompiledTemplate, context: ExpandContext): string {
  try {
    return template.expand(context).slice(0, RULE_LIMITS.expandedLength);
  } catch (error) {
    if (error instanceof QueryNeeded) throw error;
    return `<error expanding template: ${error instanceof Error ? error.message : String(error)}>`;
  }
}
