import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getLabel, labelsFromObject, NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import fc from 'fast-check';
import { loadRuleFile } from '../rule-file/load-rule-file.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import { type AlertState, NO_ALERTS } from './active-alert.ts';
import { evaluateAlertingRule } from './evaluate-alerting-rule.ts';
import { stepAlertingRule } from './step-alerting-rule.ts';

const MINUTE_MS = 60_000;

function rulesOf(yaml: string): readonly AlertingRule[] {
  return loadRuleFile('r.yml', `groups:\n- name: g\n  rules:\n  - ${yaml}\n`)[0]!.rules.map((rule) => {
    assert.ok(rule.kind === 'alerting');
    return rule;
  });
}

/** One word a minute: a number is what `m` is, `none` that there is no series, `bad` that the query fails, `down` that nothing can be asked. */
async function run(yaml: string, minutes: string): Promise<readonly string[]> {
  const [rule] = rulesOf(yaml);
  let state: AlertState = NO_ALERTS;
  const told: string[] = [];
  for (const [minute, word] of minutes.split(' ').entries()) {
    const ask = async (expression: string) => {
      if (word === 'bad' || word === 'down') throw new Error(word);
      const limit = /[<>] (.*)/.exec(expression)?.[1];
      const value = Number(word);
      const isIn =
        limit === undefined || (expression.includes('>') ? value > Number(limit) : value < Number(limit));
      return word !== 'none' && isIn ? [{ labels: labelsFromObject({ i: 'a' }), value }] : [];
    };
    try {
      const step = await evaluateAlertingRule(rule!, state, minute * MINUTE_MS, {
        ask,
        faultOf: (error) => (error instanceof Error && error.message === 'bad' ? 'bad' : null),
        subjectFailed: word === 'bad',
        externalLabels: NO_LABELS,
        externalUrl: '',
        limit: 0,
        templateQueries: 1,
      });
      state = step.state;
      const events = step.events.map(({ kind, alert }) => `${kind} ${getLabel(alert.labels, 'i') || '-'}`);
      told.push([...events, ...(step.error === null ? [] : [`! ${step.error}`])].join(', '));
    } catch (error) {
      told.push(`threw ${error instanceof Error ? error.message : error}`);
    }
  }
  return told;
}

describe('evaluating an alerting rule', () => {
  it('holds a firing alert until it has recovered, and no other', async () => {
    assert.deepEqual(await run('{alert: A, metric: m, above: 90, recovery: 80}', '85 91 85 81 80 85 95'), [
      '',
      'firing a',
      '',
      '',
      'resolved a',
      '',
      'firing a',
    ]);
    assert.deepEqual(await run('{alert: A, metric: m, below: 10, recovery: 20}', '15 9 19 20 15'), [
      '',
      'firing a',
      '',
      'resolved a',
      '',
    ]);
    assert.deepEqual(
      await run('{alert: A, metric: m, above: 90, recovery: 80, for: 2m}', '91 85 91 92 93 85 70'),
      ['pending a', 'dropped a', 'pending a', '', 'firing a', '', 'resolved a'],
      'what waits for its "for" must stay above the threshold',
    );
  });

  it('without data: nothing, the last state, or an alert', async () => {
    const rule = (state: string) => `{alert: A, metric: m, above: 90, for: 1m, no_data_state: ${state}}`;
    const words = 'none none 95 96 none none 50';
    assert.deepEqual(await run(rule('ok'), words), ['', '', 'pending a', 'firing a', 'resolved a', '', '']);
    assert.deepEqual(await run(rule('keep_last'), words), [
      '',
      '',
      'pending a',
      'firing a',
      '',
      '',
      'resolved a',
    ]);
    assert.deepEqual(await run(rule('no_data'), words), [
      '',
      '',
      'pending a',
      'firing a',
      '',
      '',
      'resolved a',
    ]);
    assert.deepEqual(await run(rule('alerting'), words), [
      'pending -',
      'firing -',
      'resolved -, pending a',
      'firing a',
      '',
      '',
      'resolved a',
    ]);
    assert.deepEqual(await run(rule('alerting'), '50 50 50'), ['', '', ''], 'data that is not above is data');
  });

  it('when it fails: the last state, nothing, or an alert; and always says so', async () => {
    const rule = (state: string) => `{alert: A, expr: m > 90, error_state: ${state}}`;
    const words = '95 bad bad 50 bad';
    assert.deepEqual(await run(rule('keep_last'), words), [
      'firing a',
      'threw bad',
      'threw bad',
      'resolved a',
      'threw bad',
    ]);
    assert.deepEqual(await run(rule('ok'), words), ['firing a', 'resolved a, ! bad', '! bad', '', '! bad']);
    assert.deepEqual(await run(rule('alerting'), words), [
      'firing a',
      '! bad',
      '! bad',
      'resolved a',
      'firing -, ! bad',
    ]);
    for (const state of ['keep_last', 'ok', 'alerting'])
      assert.equal(
        (await run(rule(state), '95 down'))[1],
        'threw down',
        'nobody to ask says nothing about the rule',
      );
  });

  it('of another rule: alerts while that one fails', async () => {
    const [, watcher] = rulesOf('{alert: A, expr: m > 90, error_state: error, for: 1m}');
    let state: AlertState = NO_ALERTS;
    const kinds: (string | undefined)[] = [];
    for (const [minute, subjectFailed] of [true, true, false].entries()) {
      const step = await evaluateAlertingRule(watcher!, state, minute * MINUTE_MS, {
        ask: () => assert.fail('it needs no data'),
        faultOf: () => null,
        subjectFailed,
        externalLabels: NO_LABELS,
        externalUrl: '',
        limit: 0,
        templateQueries: 1,
      });
      state = step.state;
      kinds.push(step.events[0]?.kind);
    }
    assert.deepEqual(kinds, ['pending', 'firing', 'resolved']);
  });

  it('with hysteresis an alert begins above the threshold and ends at the recovery, whatever comes (property)', () => {
    const [rule] = rulesOf('{alert: A, metric: m, above: 10, recovery: 5}');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 50 }), (values) => {
        let state: AlertState = NO_ALERTS;
        let fires = false;
        values.forEach((value, minute) => {
          fires = fires ? value > 5 : value > 10;
          const samples = value > 5 ? [{ labels: labelsFromObject({ i: 'a' }), value }] : [];
          state = stepAlertingRule(rule!, samples, state, minute * MINUTE_MS, {
            externalLabels: NO_LABELS,
            externalUrl: '',
            answers: new Map(),
            limit: 0,
          }).state;
          assert.equal(
            [...state.values()].some((alert) => alert.state === 'firing'),
            fires,
          );
        });
      }),
    );
  });
});
