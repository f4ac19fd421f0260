import { type Labels, labelsFromObject, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Engine } from '@tocsin/query/engine.ts';
import { RULE_LIMITS } from '../limits.ts';
import type { Rule, RuleGroup } from '../rule-file/rule.ts';
import { type AlertState, NO_ALERTS } from '../state/active-alert.ts';
import { alertSeries } from '../state/alert-series.ts';
import { evaluateAlertingRule } from '../state/evaluate-alerting-rule.ts';
import { stepRecordingRule } from '../state/step-recording-rule.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import { instantSamples } from './instant-samples.ts';
import type { SeriesStore } from './series-store.ts';

/** A rule with its alerts and with the series it wrote last. */
export interface RuleInTest {
  readonly group: RuleGroup;
  readonly rule: Rule;
  state: AlertState;
  written: ReadonlyMap<string, Labels>;
}

export interface RuleFault {
  readonly rule: RuleInTest;
  readonly detail: string;
}

export interface EvaluateDeps {
  readonly engine: Engine;
  readonly store: SeriesStore;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
}

/** The rules of all groups, group after group as `order` names them; what it does not name goes with the first. */
export function rulesInOrder(groups: readonly RuleGroup[], order: readonly string[]): readonly RuleInTest[] {
  const place = (group: RuleGroup) => Math.max(0, order.indexOf(group.name));
  return [...groups]
    .sort((a, b) => place(a) - place(b))
    .flatMap((group) =>
      group.rules.map((rule): RuleInTest => ({ group, rule, state: NO_ALERTS, written: new Map() })),
    );
}

/** Evaluates the rules one after the other at that time, each seeing what those before it wrote. */
export async function evaluateRules(
  rules: readonly RuleInTest[],
  timeMs: number,
  deps: EvaluateDeps,
): Promise<readonly RuleFault[]> {
  const faults: RuleFault[] = [];
  const failed = new Set<Rule | undefined>();
  for (const rule of rules) {
    try {
      await evaluateRule(rule, timeMs, failed, deps);
    } catch (error) {
      failed.add(rule.rule);
      faults.push({ rule, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return faults;
}

async function evaluateRule(
  runtime: RuleInTest,
  timeMs: number,
  failed: ReadonlySet<Rule | undefined>,
  deps: EvaluateDeps,
): Promise<void> {
  const { rule, group } = runtime;
  const askedMs = timeMs - (group.queryOffsetMs ?? 0);
  const ask = (expression: string) => instantSamples(deps.engine, deps.store, expression, askedMs);
  if (rule.kind === 'recording') {
    const { series, error } = stepRecordingRule(rule, await ask(rule.expression), group.limit);
    if (error !== null) throw new Error(error);
    write(runtime, series, askedMs, deps.store);
    return;
  }
  const step = await evaluateAlertingRule(rule, runtime.state, timeMs, {
    ask,
    faultOf: (error) => (error instanceof Error ? error.message : String(error)),
    subjectFailed: failed.has(group.rules[rule.additions.failuresOf ?? -1]),
    externalLabels: labelsFromObject(deps.externalLabels),
    externalUrl: deps.externalUrl,
    limit: group.limit,
    templateQueries: RULE_LIMITS.templateQueries,
  });
  runtime.state = step.state;
  if (step.error !== null) throw new Error(step.error);
  write(runtime, [...alertSeries(step.state)], askedMs, deps.store);
}

/** Adds the series, and an end for each of the last round's that is gone. */
function write(
  runtime: RuleInTest,
  series: readonly QuerySample[],
  timestampMs: number,
  store: SeriesStore,
): void {
  const written = new Map<string, Labels>();
  let refusal: string | null = null;
  for (const { labels, value, histogram } of series) {
    written.set(labelsKey(labels), labels);
    refusal ??= store.add(labels, timestampMs, histogram ?? value);
  }
  for (const [key, labels] of runtime.written) if (!written.has(key)) store.add(labels, timestampMs, 'stale');
  runtime.written = written;
  if (refusal !== null) throw new Error(refusal);
}
