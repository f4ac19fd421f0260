import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import fc from 'fast-check';
import { loadRuleFile } from './load-rule-file.ts';
import type { AlertingRule } from './rule.ts';
import { NO_ADDITIONS } from './rule-additions.ts';

const HEAD = 'groups:\n  - name: g\n    rules:\n';
const entry = (text: string) => `${HEAD}      - ${text.trim().replaceAll('\n', '\n        ')}\n`;

function load(text: string): readonly AlertingRule[] {
  return loadRuleFile('r.yml', entry(text))[0]!.rules.map((rule) => {
    assert.ok(rule.kind === 'alerting');
    return rule;
  });
}

const expressions = (text: string) => load(text).map(({ expression }) => expression);

function complaint(text: string): string {
  try {
    loadRuleFile('r.yml', entry(text));
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return 'accepted';
}

describe('alerts without PromQL', () => {
  const cases: readonly (readonly [text: string, ...expressions: string[]])[] = [
    ['{alert: A, metric: queue_length, above: 1000}', 'queue_length > 1000'],
    ['{alert: A, metric: free_bytes, below: 1e9, match: {disk: "/", host: [a.b, c]}}',
      'free_bytes{disk="/", host=~"a\\\\.b|c"} < 1e9'],
    [`{alert: A, metric: x, below: -0.5, match: '{env!="dev", job=~"a.*"}'}`, 'x{env!="dev", job=~"a.*"} < -0.5'],
    ['{alert: A, metric: errors_total, function: rate, window: 5m, aggregate: sum, by: [service], above: 2}',
      'sum by (service) (rate(errors_total[5m])) > 2'],
    ['{alert: A, metric: x, function: p99.9, window: 1h, aggregate: p50, without: [pod], above: 2}',
      'quantile without (pod) (0.5, quantile_over_time(0.999, x[1h])) > 2'],
    ['{alert: A, metric: x, function: avg, window: 10m, aggregate: max, above: 2}', 'max (avg_over_time(x[10m])) > 2'],
    ['{alert: A, metric: node.load, match: {"k8s.pod": p}, above: 2}', '{"node.load", "k8s.pod"="p"} > 2'],
    ['{alert: A, expr: a or b, above: 2}', '(a or b) > 2'],
    ['{alert: A, expr: sum(a), below: 2}', 'sum(a) < 2'],
    ['alert: A\nexpr: |\n  a + b # both\nabove: 2', '(\na + b # both\n) > 2'],
    ['{alert: A, metric: up, missing: 10m}', 'last_over_time(up[1d]) unless last_over_time(up[10m])'],
    ['{alert: A, metric: up, match: {job: x}, missing: 1h, remember: 2d}',
      'last_over_time(up{job="x"}[2d]) unless last_over_time(up{job="x"}[1h])'],
    ['{alert: A, metric: up, above: 1, no_data_state: no_data}', 'up > 1', 'absent(up)'],
    ['{alert: A, expr: sum(up) > 1, error_state: error}', 'sum(up) > 1', 'sum(up) > 1'],
  ]; // biome-ignore format: a table
  for (const [text, ...expected] of cases) {
    it(`${text}`, () => {
      const got = expressions(text);
      assert.deepEqual(got, expected);
      for (const expression of got) parseExpr(expression);
    });
  }

  it('keeps a Prometheus rule as it is', () => {
    const [rule] = load('{alert: A, expr: up == 0, for: 1m}');
    assert.equal(rule!.expression, 'up == 0');
    assert.deepEqual(rule!.additions, NO_ADDITIONS);
  });

  it('asks what a firing alert is held to', () => {
    const [rule] = load('{alert: A, metric: m, above: 90, recovery: 80}');
    assert.equal(rule!.expression, 'm > 90');
    assert.deepEqual(rule!.additions.recovery, {
      expression: 'm > 80',
      threshold: 90,
      direction: 'above',
      limit: '80',
    });
  });

  it('makes a rule of each severity, the highest first', () => {
    const [critical, warning, ...others] = load(`
alert: Disk
metric: used
for: 10m
labels: { team: x }
annotations: { summary: s, what: w }
severities:
  - { severity: warning, above: 80, recovery: 75 }
  - { severity: critical, above: 95, for: 1m, labels: { page: 'yes' }, annotations: { what: now } }`);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [critical!.expression, critical!.forMs, { ...critical!.labels }, { ...critical!.annotations }],
      ['used > 95', 60_000, { team: 'x', page: 'yes', severity: 'critical' }, { summary: 's', what: 'now' }],
    );
    assert.deepEqual(
      [warning!.expression, warning!.forMs, { ...warning!.labels }],
      ['used > 80', 600_000, { team: 'x', severity: 'warning' }],
    );
    assert.deepEqual(
      [critical, warning].map((rule) => rule!.additions.ladder),
      [
        { rank: 1, labels: ['severity', 'page'] },
        { rank: 0, labels: ['severity', 'page'] },
      ],
    );
    assert.deepEqual([critical!.line, warning!.line], [11, 10]);
  });

  it('names what stands for no data and for failures as Grafana does, with labels that route alike', () => {
    const [, noData, failure] = load(
      '{alert: A, metric: m, above: 1, no_data_state: no_data, error_state: error, for: 2m, labels: {team: x}, annotations: {summary: s, link: l, v: "{{ $value }}"}}',
    );
    assert.deepEqual(
      [noData!.name, noData!.forMs, { ...noData!.labels }],
      ['DatasourceNoData', 120_000, { team: 'x', rulename: 'A' }],
    );
    assert.deepEqual(Object.keys(noData!.annotations), ['link', 'summary', 'description']);
    assert.deepEqual([failure!.name, failure!.additions.failuresOf], ['DatasourceError', 0]);
  });

  it('finds what an expression judges', () => {
    const data = (expr: string) =>
      load(`{alert: A, expr: '${expr}', no_data_state: keep_last}`)[0]!.additions.noData?.expression;
    assert.equal(data('sum(rate(x[5m])) / sum(rate(y[5m])) > 0.1'), 'sum(rate(x[5m])) / sum(rate(y[5m]))');
    assert.equal(data('0.5 < (a)'), 'a');
    assert.equal(data('(a > 1) and on (job) b < 3'), 'a');
    assert.equal(data('a != -(2 ^ 3) unless c'), 'a');
  });
});

describe('what is wrong with an addition', () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['{alert: A, metric: m}', /^r\.yml:4: rule "A" needs a limit: set above:/],
    ['alert: A\nmetric: m\nabove: 80%', /^r\.yml:6: .*above: expected a number such as 80/],
    ['alert: A\nmetric: m\nabove: 80\nbelow: 1', /^r\.yml:7: .*above and below exclude/],
    ['alert: A\nmetric: m\nabove: 80\nrecovery: 90', /^r\.yml:7: .*recovery 90 must not be higher than above 80/],
    ['alert: A\nmetric: m\nbelow: 8\nrecovery: 7', /^r\.yml:7: .*must not be lower than below 8/],
    ['alert: A\nexpr: up[5m]\nabove: 7', /^r\.yml:6: .*above does not go with the expression/],
    ['alert: A\nexpr: up\nrecovery: 7', /^r\.yml:6: .*recovery belongs to above: or below:/],
    ['alert: A\nmetric: m\nexpr: up', /^r\.yml:6: .*metric and expr exclude/],
    ['alert: A\nexpr: up\nmatch: {a: b}', /^r\.yml:6: .*match needs metric:/],
    ['alert: A\nexpr: up\nmissing: 5m', /^r\.yml:6: .*missing needs metric:/],
    ['alert: A\nmetric: m\nmissing: 0s', /^r\.yml:6: .*longer than 0s/],
    ['alert: A\nmetric: m\nmissing: 2h\nremember: 1h', /^r\.yml:7: .*remember must be longer/],
    ['alert: A\nmetric: m\nmissing: 2h\nabove: 1', /^r\.yml:6: .*missing and limits exclude/],
    ['alert: A\nmetric: m\nmissing: 2h\naggregate: sum', /^r\.yml:7: .*remove aggregate/],
    ['alert: A\nmetric: m\nabove: 2\nremember: 1h', /^r\.yml:7: .*remember belongs to missing/],
    ['alert: A\nmetric: m\nabove: 2\nwindow: 1h', /^r\.yml:7: .*window needs function/],
    ['alert: A\nmetric: m\nabove: 2\nfunction: rate', /^r\.yml:7: .*needs window/],
    ['alert: A\nmetric: m\nabove: 2\nwindow: 1h\nfunction: rte', /^r\.yml:8: .*"rte" is not among avg/],
    ['alert: A\nmetric: m\nabove: 2\naggregate: total', /^r\.yml:7: .*"total" is not among sum/],
    ['alert: A\nmetric: m\nabove: 2\nby: [a]', /^r\.yml:7: .*by needs aggregate/],
    ['alert: A\nmetric: m\nabove: 2\naggregate: sum\nby: [a]\nwithout: [b]', /^r\.yml:9: .*exclude each other/],
    ['alert: A\nmetric: m\nabove: 2\nmatch: job=x', /^r\.yml:7: .*a selector in braces/],
    [`alert: A\nmetric: m\nabove: 2\nmatch: '{job="x}'`, /^r\.yml:7: .*match does not parse/],
    ['alert: A\nmetric: m\nabove: 2\nmatch: {__name__: x}', /^r\.yml:7: .*not the name of a label to match/],
    [`alert: A\nmetric: m\nabove: 2\nmatch: '{__name__="x"}'`, /^r\.yml:7: .*belongs into metric/],
    ['alert: A\nmetric: m\nmatch: {a: []}\nabove: 2', /^r\.yml:6: /],
    ['alert: A\nexpr: absent(up)\nno_data_state: alerting', /^r\.yml:6: .*compares nothing with a number/],
    ['alert: A\nexpr: up > 1\nno_data_state: page', /^r\.yml:6: .*no_data_state/],
    ['alert: A\nmetric: m\nseverities: []', /^r\.yml:6: .*at least one severity/],
    ['alert: A\nmetric: m\nabove: 1\nseverities: [{severity: a, above: 2}]', /^r\.yml:6: .*its own above/],
    ['alert: A\nmetric: m\nseverities:\n- {severity: a, above: 2}\n- {severity: a, above: 3}', /^r\.yml:8: .*there twice/],
    ['alert: A\nmetric: m\nseverities:\n- {severity: a, above: 2}\n- {severity: b, above: 1}', /^r\.yml:8: .*from the lowest to the highest/],
    ['alert: A\nmetric: m\nseverities:\n- {severity: a, above: 2}\n- {severity: b, below: 1}', /^r\.yml:8: .*all above or all below/],
    ['alert: A\nmetric: m\nseverities:\n- {severity: a}', /^r\.yml:7: .*needs a limit/],
    ['alert: A\nmetric: m\nseverities:\n- severity: a\n  above: 1\n  annotations:\n    x: "{{ ("', /^r\.yml:10: rule "A", annotations.x: /],
    ['alert: A\nmetric: m\nabove: 1\nurgent: maybe', /^r\.yml:7: .*true or false/],
    ['record: a\nexpr: up\nabove: 1', /^r\.yml:6: rule "a": a recording rule has no above; remove it/],
    ['alert: A\nexpr: up\nobjective: 99', /^r\.yml:6: rule "A": an alert has no objective; remove it/],
    ['alert: A\nmetric: m\nabov: 1', /^r\.yml:6: unknown key "abov".*did you mean "above"/],
  ]; // biome-ignore format: a table
  for (const [text, message] of cases) it(JSON.stringify(text), () => assert.match(complaint(text), message));

  it('never ends in another error than one with a line, and what it takes is PromQL (property)', () => {
    const number = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.constant('x'));
    const word = fc.oneof(fc.constantFrom('up', 'a.b', 'sum', 'rate', 'p95', '5m', '0s', 'a"}', '{{', '#', ''), fc.string({ maxLength: 6 }));
    const value = fc.oneof(
      number,
      word,
      fc.array(word, { maxLength: 3 }),
      fc.dictionary(word, fc.oneof(word, fc.array(word, { maxLength: 2 })), { maxKeys: 2 }),
      fc.array(fc.record({ severity: word, above: number, recovery: number }, { requiredKeys: ['severity'] }), { maxLength: 3 }),
    );
    const keys = ['expr', 'metric', 'match', 'function', 'window', 'aggregate', 'by', 'without', 'above', 'below', 'recovery',
      'severities', 'missing', 'remember', 'no_data_state', 'error_state', 'urgent', 'slo', 'objective', 'total', 'errors', 'good'];
    const sane = fc.record({
      metric: fc.constantFrom('up', 'a.b'), above: number, match: fc.dictionary(word, word, { maxKeys: 2 }),
      no_data_state: fc.constantFrom('ok', 'alerting', 'keep_last', 'no_data'), aggregate: fc.constantFrom('sum', 'p99', 'avg'),
      by: fc.array(word, { maxLength: 2 }), function: fc.constantFrom('rate', 'max', 'p5'), window: fc.constantFrom('5m', '1d'), recovery: number,
    }, { requiredKeys: ['metric', 'above'] });
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 7 }), sane), (more) => {
        // JSON is YAML.
        const file = JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', ...more }] }] });
        try {
          for (const rule of loadRuleFile('r.yml', file)[0]!.rules) {
            parseExpr(rule.expression);
            taken++;
            if (rule.kind === 'alerting') {
              if (rule.additions.recovery) parseExpr(rule.additions.recovery.expression);
              if (rule.additions.noData) parseExpr(rule.additions.noData.expression);
            }
          }
        } catch (error) {
          assert.ok(error instanceof ConfigError && error.line !== null, `${file}: ${error}`);
        }
      }),
      { numRuns: 3_000 },
    );
    assert.ok(taken > 100, `${taken} rules were taken`);
  });
}); // biome-ignore format: tables
