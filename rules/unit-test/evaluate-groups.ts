import { type Labels, labelsFromObject, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Engine } from '@tocsin/query/engine.ts';
import { RULE_LIMITS } from '../limits.ts';
import type { AlertingRule, Rule, RuleGroup } from '../rule-file/rule.ts';
import { type AlertState, NO_ALERTS } from '../state/active-alert.ts';
import { alertSeries } from '../state/alert-series.ts';
import { stepAlertingRule } from '../state/step-alerting-rule.ts';
import { stepRecordingRule } from '../state/step-recording-rule.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import { QueryNeeded } from '../template/query-needed.ts';
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
  for (const rule of rules) {
    try {
      await evaluateRule(rule, timeMs, deps);
    } catch (error) {
      faults.push({ rule, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return faults;
}

async function evaluateRule(runtime: RuleInTest, timeMs: number, deps: EvaluateDeps): Promise<void> {
  const { rule, group } = runtime;
  const askedMs = timeMs - (group.queryOffsetMs ?? 0);
  const samples = await instantSamples(deps.engine, deps.store, rule.expression, askedMs);
  if (rule.kind === 'recording') {
    const { series, error } = stepRecordingRule(rule, samples, group.limit);
    if (error !== null) throw new Error(error);
    write(runtime, series, askedMs, deps.store);
    return;
  }
  const step = await stepWithAnswers(runtime, rule, samples, timeMs, deps);
  runtime.state = step.state;
  if (step.error !== null) throw new Error(step.error);
  write(runtime, alertSeries(step.state), askedMs, deps.store);
}

/** Runs the state machine, answering the queries its templates ask. */
async function stepWithAnswers(
  { state, group }: RuleInTest,
  rule: AlertingRule,
  samples: readonly QuerySample[],
  timeMs: number,
  { engine, store, externalLabels, externalUrl }: EvaluateDeps,
) {
  const answers = new Map<string, readonly QuerySample[]>();
  const context = { externalLabels: labelsFromObject(externalLabels), externalUrl, answers };
  for (;;) {
    try {
      return stepAlertingRule(rule, samples, state, timeMs, { ...context, limit: group.limit });
    } catch (error) {
      if (!(error instanceof QueryNeeded)) throw error;
      if (answers.size >= RULE_LIMITS.templateQueries)
        throw new Error(`the rule's templates ask more than ${RULE_LIMITS.templateQueries} queries`);
      answers.set(error.expression, await instantSamples(engine, store, error.expression, timeMs));
    }
  }
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
