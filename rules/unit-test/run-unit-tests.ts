import { createEngine, type QueryClock } from '@tocsin/query/engine.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { RULE_LIMITS } from '../limits.ts';
import { loadRuleFile } from '../rule-file/load-rule-file.ts';
import type { RuleGroup } from '../rule-file/rule.ts';
import { checkAlerts } from './check-alerts.ts';
import { checkExpression } from './check-expression.ts';
import { evaluateRules, rulesInOrder } from './evaluate-groups.ts';
import { createInput } from './input.ts';
import { InputFault } from './input-fault.ts';
import { createSeriesStore } from './series-store.ts';
import type { TestFailure, TestResult, UnitTest, UnitTestFile } from './unit-test.ts';

export interface RunDeps {
  readonly clock: QueryClock;
  /** The rule files a pattern of the test file means, with their texts. @throws ConfigError */
  readonly ruleFiles: (
    pattern: string,
  ) => Promise<readonly { readonly file: string; readonly text: string }[]>;
  /** Which tests run, by name; all without it. */
  readonly chosen?: (name: string) => boolean;
}

/** Runs a file's tests. What is wrong with a rule file or an input series is a failure of the tests that need it. */
export async function runUnitTests(file: UnitTestFile, deps: RunDeps): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  let rules: Promise<readonly RuleGroup[]> | null = null;
  for (const test of file.tests) {
    if (deps.chosen && !deps.chosen(test.name)) continue;
    rules ??= loadRules(file, deps);
    results.push({ test, failures: await runTest(file, test, rules, deps) });
  }
  return results;
}

async function loadRules(file: UnitTestFile, deps: RunDeps): Promise<readonly RuleGroup[]> {
  const groups: RuleGroup[] = [];
  const seen = new Set<string>();
  for (const pattern of file.ruleFiles) {
    for (const { file: name, text } of await deps.ruleFiles(pattern)) {
      if (seen.has(name)) continue;
      seen.add(name);
      groups.push(...loadRuleFile(name, text));
    }
  }
  return groups;
}

async function runTest(
  file: UnitTestFile,
  test: UnitTest,
  rules: Promise<readonly RuleGroup[]>,
  deps: RunDeps,
): Promise<readonly TestFailure[]> {
  try {
    return await evaluateTest(file, test, await rules, deps);
  } catch (error) {
    // A rule file's fault names its own file and line.
    if (error instanceof ConfigError) return [{ line: test.line, detail: error.message }];
    if (error instanceof InputFault) return [{ line: error.line, detail: error.message }];
    throw error;
  }
}

async function evaluateTest(
  file: UnitTestFile,
  test: UnitTest,
  groups: readonly RuleGroup[],
  deps: RunDeps,
): Promise<readonly TestFailure[]> {
  const store = createSeriesStore();
  const engine = createEngine({ clock: deps.clock, limits: { subqueryStepMs: file.evaluationIntervalMs } });
  const input = createInput(test);
  const nameless = test.alertTests.find(({ alertName }) => alertName === '');
  if (nameless) return [{ line: nameless.line, detail: 'the alert test needs an alertname' }];

  const inTest = rulesInOrder(groups, file.groupOrder);
  const lastMs = Math.max(0, ...[...test.alertTests, ...test.expressionTests].map((each) => each.evalTimeMs));
  const rounds = Math.floor(lastMs / file.evaluationIntervalMs) + 1;
  if (rounds > RULE_LIMITS.unitTestRounds) {
    const detail = `it asks for ${rounds} rounds of evaluation, more than the limit of ${RULE_LIMITS.unitTestRounds}; choose a longer evaluation_interval or an earlier eval_time`;
    return [{ line: test.line, detail }];
  }
  const failures: TestFailure[] = [];
  const waiting = [...test.alertTests].sort((a, b) => a.evalTimeMs - b.evalTimeMs);
  for (let round = 0; round < rounds; round++) {
    const elapsedMs = round * file.evaluationIntervalMs;
    const timeMs = test.startMs + elapsedMs;
    input.addUntil(timeMs, store);
    const faults = await evaluateRules(inTest, timeMs, {
      engine,
      store,
      externalLabels: test.externalLabels,
      externalUrl: test.externalUrl,
    });
    if (faults.length > 0) {
      return [
        ...failures,
        ...faults.map(({ rule: { rule, group }, detail }) => ({
          line: test.line,
          detail: `rule "${rule.name}" (${group.file}:${rule.line}) fails at ${elapsedMs / 1_000} s: ${detail}`,
        })),
      ];
    }
    while (waiting.length > 0 && waiting[0]!.evalTimeMs < elapsedMs + file.evaluationIntervalMs) {
      const failure = checkAlerts(waiting.shift()!, inTest);
      if (failure) failures.push(failure);
    }
  }
  for (const each of test.expressionTests) {
    const failure = await checkExpression(each, {
      engine,
      store,
      startMs: test.startMs,
      fuzzy: file.fuzzyCompare,
    });
    if (failure) failures.push(failure);
  }
  return failures;
}
