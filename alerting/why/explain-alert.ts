import { isResolvedAt } from '@tocsin/protocol/alertmanager/alert.ts';
import { type Labels, labelsKey, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { labelsOf, type StoredEvent } from '../store/store.ts';
import { recordedSteps } from './recorded-steps.ts';
import { standing } from './standing.ts';
import type { WhyDeps } from './why-deps.ts';

/**
 * The causal chain of one alert: samples, evaluation, route and group, what held it back, receiver, attempts, the
 * provider's answer. Null when nothing is known of it.
 */
export function explainAlert(fingerprint: string, deps: WhyDeps) {
  const held = deps.book.get(fingerprint);
  const events = deps.store.eventsOf(fingerprint, ALERTING_LIMITS.whyEvents).toReversed();
  const labels = held?.labels ?? lastLabels(events);
  if (labels.length === 0) return null;
  const now = standing(held ?? { labels }, deps);
  // Groups of today's routing, and those that events name: routing may have changed since.
  const keys = new Set([...now.routes.map(({ group }) => group), ...events.flatMap(groupOf)]);
  const messages = [...keys]
    .flatMap((key) => deps.store.outbox.ofGroup(key, ALERTING_LIMITS.whyMessages))
    .filter(({ firing, resolved }) => firing.includes(fingerprint) || resolved.includes(fingerprint));
  const rule = ruleOf(labels, deps);
  const fires = held !== undefined && !isResolvedAt(held, deps.clock.now());
  return {
    fingerprint,
    labels: labelsToObject(labels),
    annotations: labelsToObject(held?.annotations ?? []),
    state: fires ? 'firing' : (rule?.state ?? 'resolved'),
    source: held?.source ?? (rule ? 'rule' : 'history'),
    value: held?.value ?? null,
    startsAt: held ? new Date(held.startsAtMs).toISOString() : null,
    endsAt: held && held.endsAtMs !== null ? new Date(held.endsAtMs).toISOString() : null,
    rule: rule?.described ?? null,
    steps: recordedSteps(deps.store, fingerprint, events, messages).map(({ atMs, ...step }) => ({
      at: new Date(atMs).toISOString(),
      ...step,
    })),
    now,
  };
}

/** The rule in force whose alert it is. */
function ruleOf(labels: Labels, deps: WhyDeps) {
  const key = labelsKey(labels);
  for (const { group, rules } of deps.engine.groups) {
    for (const { rule, state, evaluatedMs, lastError } of rules) {
      const alert = state.get(key);
      if (rule.kind !== 'alerting' || !alert || alert.state === 'inactive') continue;
      return {
        state: alert.state,
        described: {
          name: rule.name,
          file: group.file,
          line: rule.line,
          group: group.name,
          expression: rule.expression,
          for: rule.forMs / 1_000,
          value: String(alert.value),
          activeAt: new Date(alert.activeAtMs).toISOString(),
          evaluatedAt: new Date(evaluatedMs).toISOString(),
          lastError,
        },
      };
    }
  }
  return null;
}

function lastLabels(events: readonly StoredEvent[]): Labels {
  for (const event of events.toReversed()) {
    const labels = labelsOf(event.data);
    if (labels.length > 0) return labels;
  }
  return [];
}

function groupOf({ data }: StoredEvent): readonly string[] {
  return typeof data === 'object' && data !== null && 'group' in data && typeof data.group === 'string'
    ? [data.group]
    : [];
}
