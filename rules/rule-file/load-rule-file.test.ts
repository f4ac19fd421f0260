import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import fc from 'fast-check';
import { loadRuleFile } from './load-rule-file.ts';

const GOOD = `groups:
  - name: host
    interval: 30s
    limit: 10
    query_offset: 1m
    labels: { team: infra }
    rules:
      - alert: High
        expr: up == 0
        for: 5m
        keep_firing_for: 1m
        labels: { severity: page, level: 3.10 }
        annotations:
          summary: "{{ $labels.instance }} at {{ $value | humanize }}"
      - record: job:up:sum
        expr: sum by (job) (up)
`;

function complaint(text: string): string {
  try {
    loadRuleFile('r.yml', text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return 'accepted';
}

const rule = (text: string) =>
  `groups:\n  - name: g\n    rules:\n      - ${text.replaceAll('\n', '\n        ')}\n`;

describe('loading rule files', () => {
  it('reads all of it', () => {
    const [group] = loadRuleFile('r.yml', GOOD);
    assert.equal(group?.intervalMs, 30_000);
    assert.equal(group.limit, 10);
    assert.equal(group.queryOffsetMs, 60_000);
    const [alerting, recording] = group.rules;
    assert.ok(alerting?.kind === 'alerting' && recording?.kind === 'recording');
    assert.equal(alerting.forMs, 300_000);
    assert.equal(alerting.keepFiringForMs, 60_000);
    assert.deepEqual({ ...alerting.labels }, { team: 'infra', severity: 'page', level: '3.10' });
    assert.equal(alerting.line, 8);
    assert.deepEqual({ ...recording.labels }, { team: 'infra' });
  });

  it('takes an empty file and rules that are alike, with keys of their own', () => {
    assert.deepEqual(loadRuleFile('r.yml', ''), []);
    const alike = loadRuleFile(
      'r.yml',
      'groups:\n- name: g\n  rules:\n  - {alert: A, expr: up}\n  - {alert: A, expr: up == 0}\n',
    )[0]!;
    assert.notEqual(alike.rules[0]!.key, alike.rules[1]!.key);
  });

  const refusals: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ['broken YAML', 'groups:\n  - name: "x\n', /^r\.yml:\d: Cannot read YAML/],
    [
      'an unknown key',
      rule('alert: A\nexpr: up\nfro: 5m'),
      /^r\.yml:6: unknown key "fro".*did you mean "for"/,
    ],
    ['a wrong type', 'groups: 5\n', /^r\.yml:1: groups/],
    [
      'a bad duration',
      rule('alert: A\nexpr: up\nfor: soon'),
      /^r\.yml:6: .*bad duration "soon"; write it as/,
    ],
    [
      'an expression that does not parse',
      rule('alert: A\nexpr: sum(up'),
      /^r\.yml:5: rule "A": expr does not parse: 1:7: parse error/,
    ],
    ['a missing expression', rule('alert: A'), /^r\.yml:4: rule "A" needs an expression/],
    ['a rule without a name', rule('expr: up'), /^r\.yml:4: the rule needs a name/],
    [
      'a rule with two names',
      rule('alert: A\nrecord: b\nexpr: up'),
      /^r\.yml:4: a rule is either an alert or a record/,
    ],
    ['a group twice', 'groups:\n- name: g\n- name: g\n', /^r\.yml:3: group "g" is there twice/],
    [
      'a label twice',
      rule('alert: A\nexpr: up\nlabels:\n  a: 1\n  a: 2'),
      /^r\.yml:8: Cannot read YAML: Map keys must be unique/,
    ],
    [
      'a broken template',
      rule('alert: A\nexpr: up\nannotations:\n  s: "{{ $nope }}"'),
      /^r\.yml:7: rule "A", annotations\.s: .*undefined variable "\$nope"/,
    ],
    [
      'an unknown template function',
      rule('alert: A\nexpr: up\nlabels:\n  s: "{{ nope }}"'),
      /^r\.yml:7: .*function "nope" not defined/,
    ],
    [
      'for on a recording rule',
      rule('record: a\nexpr: up\nfor: 1m'),
      /^r\.yml:6: rule "a": a recording rule has no for/,
    ],
    [
      'the metric name as a label',
      rule('alert: A\nexpr: up\nlabels:\n  __name__: x'),
      /^r\.yml:7: "__name__" may not be set/,
    ],
  ];
  for (const [name, text, message] of refusals) {
    it(`refuses ${name}`, () => assert.match(complaint(text), message));
  }

  it('answers any damage to a good file with a ConfigError', () => {
    fc.assert(
      fc.property(
        fc.nat(GOOD.length),
        fc.nat(20),
        fc.string({ maxLength: 5, unit: 'binary' }),
        (at, cut, put) => {
          complaint(GOOD.slice(0, at) + put + GOOD.slice(at + cut));
        },
      ),
      { numRuns: 400 },
    );
  });
});
