import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import fc from 'fast-check';
import { formatFailure } from './format-failure.ts';
import { junitXml } from './junit.ts';
import { loadUnitTests } from './load-unit-tests.ts';
import { runUnitTests } from './run-unit-tests.ts';
import type { TestResult } from './unit-test.ts';

const RULES = `groups:
  - name: g
    rules:
      - { alert: Up, expr: up == 1, annotations: { text: 'a < "b"' } }
`;
const TESTS = `rule_files: [r.yml]
tests:
  - name: first
    input_series: [{ series: 'up{i="1"}', values: 1x5 }, { series: 'up{i="2"}', values: 1x5 }]
    alert_rule_test:
      - eval_time: 1m
        alertname: Up
        exp_alerts:
          - { exp_labels: { i: 1 }, exp_annotations: { text: 'a < "b"' } }
          - { exp_labels: { i: 3 }, exp_annotations: { text: 'a < "b"' } }
  - name: second
    promql_expr_test: [{ expr: vector(1), eval_time: 1m, exp_samples: [{ value: 1 }] }]
`;

function run(text: string, chosen?: (name: string) => boolean): Promise<readonly TestResult[]> {
  return runUnitTests(loadUnitTests('t.yml', text), {
    clock: systemClock,
    ruleFiles: async (file) => [{ file, text: RULES }],
    ...(chosen ? { chosen } : {}),
  });
}

describe('rule unit tests', () => {
  it('says what came instead, under the line of the test', async () => {
    const [first, second] = await run(TESTS);
    assert.deepEqual(second?.failures, []);
    assert.equal(
      formatFailure('t.yml', 'first', first!.failures[0]!, false),
      `t.yml:6: first: alert Up at 60 s
  exp:
    - labels: {alertname="Up", i="1"}
      annotations: {text="a < \\"b\\""}
    - labels: {alertname="Up", i="3"}
      annotations: {text="a < \\"b\\""}
  got:
    - labels: {alertname="Up", i="1"}
      annotations: {text="a < \\"b\\""}
    - labels: {alertname="Up", i="2"}
      annotations: {text="a < \\"b\\""}`,
    );
    assert.equal(
      formatFailure('t.yml', 'first', first!.failures[0]!, true),
      `t.yml:6: first: alert Up at 60 s
    labels: {alertname="Up", i="1"}
    annotations: {text="a < \\"b\\""}
  - labels: {alertname="Up", i="3"}
  - annotations: {text="a < \\"b\\""}
  + labels: {alertname="Up", i="2"}
  + annotations: {text="a < \\"b\\""}`,
    );
  });

  it('runs the chosen tests only', async () => {
    const results = await run(TESTS, (name) => name === 'second');
    assert.deepEqual(
      results.map(({ test, failures }) => [test.shownName, failures.length]),
      [['second', 0]],
    );
  });

  it('writes JUnit XML', async () => {
    const xml = junitXml(
      [{ file: 'a&b.yml', results: await run(TESTS), error: null }],
      '2026-01-01T00:00:00Z',
    );
    assert.match(xml, /<testsuite name="a&amp;b.yml" tests="2" failures="1" errors="0"/);
    assert.match(xml, /<testcase name="second"\/>/);
    assert.match(xml, /<failure message="a&amp;b.yml:6: first: alert Up at 60 s">[^<]*a &lt; \\&quot;b/);
  });

  it('refuses to run for years, and names the limit', async () => {
    const [result] = await run('tests: [{ alert_rule_test: [{ eval_time: 100y, alertname: A }] }]');
    assert.match(result!.failures[0]!.detail, /more than the limit of 1100000; choose a longer/);
  });

  it('answers any damage to a good file with a ConfigError or a failure', async () => {
    const damage = fc.record({
      at: fc.nat(TESTS.length),
      cut: fc.nat(8),
      put: fc.string({ unit: 'grapheme', maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, cut, put }) => {
        try {
          await run(TESTS.slice(0, at) + put + TESTS.slice(at + cut));
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });
});
