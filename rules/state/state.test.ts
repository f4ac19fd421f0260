import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getLabel, labelsFromObject, labelsKey, NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import fc from 'fast-check';
import { loadRuleFile } from '../rule-file/load-rule-file.ts';
import type { AlertingRule, RecordingRule } from '../rule-file/rule.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import { QueryNeeded } from '../template/query-needed.ts';
import { type AlertState, NO_ALERTS } from './active-alert.ts';
import { alertSeries } from './alert-series.ts';
import { restoreState } from './restore-state.ts';
import { type Step, stepAlertingRule } from './step-alerting-rule.ts';
import { stepRecordingRule } from './step-recording-rule.ts';

const MINUTE_MS = 60_000;
const context = { externalLabels: NO_LABELS, externalUrl: 'http://x', answers: new Map(), limit: 0 };

function ruleOf(yaml: string): AlertingRule {
  const rule = loadRuleFile('r.yml', `groups:\n- name: g\n  rules:\n  - ${yaml}\n`)[0]!.rules[0]!;
  assert.ok(rule.kind === 'alerting');
  return rule;
}

function sample(labels: Record<string, string>, value = 1): QuerySample {
  return { labels: labelsFromObject({ __name__: 'm', ...labels }), value };
}

/** Runs the rule once a minute; each entry says which instances the expression yields. */
function run(rule: AlertingRule, minutes: readonly string[], limit = 0) {
  let state: AlertState = NO_ALERTS;
  return minutes.map((present, minute) => {
    const samples = [...present].map((instance) => sample({ instance }));
    const step = stepAlertingRule(rule, samples, state, minute * MINUTE_MS, { ...context, limit });
    state = step.state;
    return summary(step);
  });
}

function summary(step: Step): string {
  const events = step.events
    .map((event) => `${event.kind} ${getLabel(event.alert.labels, 'instance')}`)
    .join(', ');
  return step.error ? `${events} ! ${step.error}` : events;
}

describe('the alerting state machine', () => {
  it('fires at once without "for" and resolves when the expression stops holding', () => {
    assert.deepEqual(run(ruleOf('{alert: A, expr: up}'), ['a', 'a', '', 'a']), [
      'firing a',
      '',
      'resolved a',
      'firing a',
    ]);
  });

  it('waits for "for", and forgets a pending alert that stops holding', () => {
    const rule = ruleOf('{alert: A, expr: up, for: 2m}');
    assert.deepEqual(run(rule, ['a', 'a', 'ab', '', 'a']), [
      'pending a',
      '',
      'firing a, pending b',
      'resolved a, dropped b',
      'pending a',
    ]);
  });

  it('keeps firing through gaps shorter than keep_firing_for', () => {
    const rule = ruleOf('{alert: A, expr: up, keep_firing_for: 2m}');
    assert.deepEqual(run(rule, ['a', '', 'a', '', '', '']), ['firing a', '', '', '', '', 'resolved a']);
  });

  it('remembers a resolved alert for 15 minutes', () => {
    const rule = ruleOf('{alert: A, expr: up}');
    let state = stepAlertingRule(rule, [sample({})], NO_ALERTS, 0, context).state;
    state = stepAlertingRule(rule, [], state, MINUTE_MS, context).state;
    assert.equal(state.size, 1);
    state = stepAlertingRule(rule, [], state, 16 * MINUTE_MS, context).state;
    assert.equal(state.size, 1);
    state = stepAlertingRule(rule, [], state, 16 * MINUTE_MS + 1, context).state;
    assert.equal(state.size, 0);
  });

  it('drops everything over the limit', () => {
    assert.deepEqual(run(ruleOf('{alert: A, expr: up}'), ['a', 'abc'], 2), [
      'firing a',
      'resolved a ! exceeded limit of 2 with 3 alerts',
    ]);
  });

  it('refuses label sets that collide and keeps its state', () => {
    const rule = ruleOf('{alert: A, expr: up, labels: {instance: same}}');
    const step = stepAlertingRule(
      rule,
      [sample({ instance: 'a' }), sample({ instance: 'b' })],
      NO_ALERTS,
      0,
      context,
    );
    assert.match(step.error ?? '', /same labelset/);
    assert.equal(step.state, NO_ALERTS);
  });

  it('expands templates, and survives one that throws', () => {
    const rule = ruleOf(
      `{alert: A, expr: up, labels: {x: '{{ $labels.instance }}!'}, annotations: {v: '{{ $value }}', bad: '{{ index 1 2 }}'}}`,
    );
    const [alert] = stepAlertingRule(
      rule,
      [sample({ instance: 'a' }, 1e6)],
      NO_ALERTS,
      0,
      context,
    ).state.values();
    assert.equal(getLabel(alert!.labels, 'x'), 'a!');
    assert.equal(getLabel(alert!.labels, '__name__'), '');
    assert.equal(alert!.annotations['v'], '1e+06');
    assert.match(alert!.annotations['bad']!, /^<error expanding template: .*can't index item/);
  });

  it('asks for a query it needs, and uses the answer', () => {
    const rule = ruleOf(`{alert: A, expr: up, annotations: {v: '{{ query "q" | first | value }}'}}`);
    const step = (answers: ReadonlyMap<string, readonly QuerySample[]>) =>
      stepAlertingRule(rule, [sample({})], NO_ALERTS, 0, { ...context, answers });
    assert.throws(
      () => step(new Map()),
      (thrown) => thrown instanceof QueryNeeded && thrown.expression === 'q',
    );
    const [alert] = step(new Map([['q', [sample({}, 7)]]])).state.values();
    assert.equal(alert!.annotations['v'], '7');
  });

  it('a clock set back by a day delays an alert by its "for" at most', () => {
    const rule = ruleOf('{alert: A, expr: up, for: 2m}');
    const dayMs = 86_400_000;
    let { state } = stepAlertingRule(rule, [sample({})], NO_ALERTS, dayMs, context);
    const states = [0, 1, 2].map((minute) => {
      const step = stepAlertingRule(rule, [sample({})], state, minute * MINUTE_MS, context);
      state = step.state;
      return [...state.values()][0]?.state;
    });
    assert.deepEqual(states, ['pending', 'pending', 'firing']);
  });

  it('writes ALERTS and ALERTS_FOR_STATE', () => {
    const { state } = stepAlertingRule(
      ruleOf('{alert: A, expr: up}'),
      [sample({ i: 'a' })],
      NO_ALERTS,
      90_500,
      context,
    );
    assert.deepEqual(
      [...alertSeries(state)],
      [
        {
          labels: labelsFromObject({ __name__: 'ALERTS', alertname: 'A', alertstate: 'firing', i: 'a' }),
          value: 1,
        },
        { labels: labelsFromObject({ __name__: 'ALERTS_FOR_STATE', alertname: 'A', i: 'a' }), value: 90 },
      ],
    );
  });

  it('events alone tell the state, whatever comes (property)', () => {
    const rule = ruleOf('{alert: A, expr: up, for: 2m, keep_firing_for: 1m}');
    fc.assert(
      fc.property(fc.array(fc.subarray(['a', 'b', 'c']), { maxLength: 40 }), (rounds) => {
        let state: AlertState = NO_ALERTS;
        const told = new Map<string, string>();
        rounds.forEach((instances, minute) => {
          const samples = instances.map((instance) => sample({ instance }));
          const step = stepAlertingRule(rule, samples, state, minute * MINUTE_MS, context);
          for (const { kind, alert } of step.events) {
            const key = labelsKey(alert.labels);
            const before = told.get(key) ?? 'none';
            const allowed = {
              pending: ['none'],
              firing: ['pending'],
              resolved: ['firing'],
              dropped: ['pending'],
            }[kind];
            assert.ok(allowed.includes(before), `${before} -> ${kind}`);
            told.set(key, kind === 'pending' || kind === 'firing' ? kind : 'none');
          }
          state = step.state;
          for (const [key, alert] of state) {
            assert.equal(told.get(key), alert.state === 'inactive' ? 'none' : alert.state);
          }
        });
      }),
    );
  });
});

describe('restoring after an outage', () => {
  const rule = ruleOf('{alert: A, expr: up, for: 20m}');
  const pendingSince = (ms: number): AlertState =>
    stepAlertingRule(rule, [sample({})], NO_ALERTS, ms, context).state;
  const activeAt = (state: AlertState) => [...state.values()][0]?.activeAtMs;

  it('gives a pending alert back its time', () => {
    assert.equal(
      activeAt(restoreState(rule, pendingSince(0), { fromMs: 5 * MINUTE_MS, toMs: 8 * MINUTE_MS })),
      3 * MINUTE_MS,
    );
  });
  it('leaves a grace period of ten minutes', () => {
    assert.equal(
      activeAt(restoreState(rule, pendingSince(0), { fromMs: 18 * MINUTE_MS, toMs: 25 * MINUTE_MS })),
      15 * MINUTE_MS,
    );
  });
  it('starts afresh after an hour', () => {
    assert.equal(restoreState(rule, pendingSince(0), { fromMs: 0, toMs: 61 * MINUTE_MS }).size, 0);
  });
});

describe('recording rules', () => {
  const rule: RecordingRule = {
    kind: 'recording',
    key: 'k',
    name: 'job:up',
    expression: 'up',
    labels: { team: 'x', gone: '' },
    line: 1,
  };
  it('renames, sets and removes labels', () => {
    assert.deepEqual(stepRecordingRule(rule, [sample({ gone: 'y' }, 3)], 0).series, [
      { labels: labelsFromObject({ __name__: 'job:up', team: 'x' }), value: 3 },
    ]);
  });
  it('refuses collisions and too many', () => {
    assert.match(
      stepRecordingRule(rule, [sample({ gone: '1' }), sample({ gone: '2' })], 0).error ?? '',
      /same labelset/,
    );
    assert.match(
      stepRecordingRule(rule, [sample({ i: '1' }), sample({ i: '2' })], 1).error ?? '',
      /exceeded limit of 1 with 2/,
    );
  });
});
