import { compareStrings, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { RuleInTest } from './evaluate-groups.ts';
import type { AlertTest, TestFailure } from './unit-test.ts';

/** Null when exactly the expected alerts of that name fire. */
export function checkAlerts(test: AlertTest, rules: readonly RuleInTest[]): TestFailure | null {
  const expected = test.expected.map(({ labels, annotations }) =>
    alertText({ ...labels, alertname: test.alertName }, annotations),
  );
  const got = rules
    .filter(({ rule }) => rule.kind === 'alerting' && rule.name === test.alertName)
    .flatMap(({ state }) => [...state.values()])
    .filter((alert) => alert.state === 'firing')
    .map((alert) => alertText(labelsToObject(alert.labels), alert.annotations));
  const mismatch = { expected: expected.sort(compareStrings), got: got.sort(compareStrings) };
  const isEqual = expected.length === got.length && expected.every((item, i) => item === got[i]);
  if (isEqual) return null;
  return { line: test.line, detail: `alert ${test.alertName} at ${test.evalTimeMs / 1_000} s`, mismatch };
}

type Texts = Readonly<Record<string, string>>;

/** The same for the same alert, and for a person to read. */
function alertText(labels: Texts, annotations: Texts): string {
  return `labels: ${textMap(labels)}\nannotations: ${textMap(annotations)}`;
}

function textMap(texts: Texts): string {
  const entries = Object.entries(texts).sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
