import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import fc from 'fast-check';
import { rulesBefore } from './rule-order.ts';
import { createGroupRuntime } from './rule-runtime.ts';
import { nextEvaluationMs, offsetMs, takeTurn } from './schedule.ts';

describe('the schedule', () => {
  it('keeps a group to its own moments (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 41),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.string(),
        (timeMs, intervalMs, name) => {
          const offset = offsetMs('f', name, intervalMs);
          const next = nextEvaluationMs(timeMs, intervalMs, offset);
          assert.ok(next >= timeMs && next < timeMs + intervalMs);
          assert.equal((next - offset) % intervalMs, 0);
          assert.equal(nextEvaluationMs(next, intervalMs, offset), next);
        },
      ),
    );
  });

  it('takes every turn once, whether the timer fires a little early or late (property)', () => {
    const jitters = fc.array(fc.integer({ min: -3, max: 900 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(999), jitters, (startMs, offset, late) => {
        let dueMs = nextEvaluationMs(startMs + 10_000, 1_000, offset);
        for (const lateMs of late) {
          const turn = takeTurn({ nowMs: dueMs + lateMs, dueMs, intervalMs: 1_000, offsetMs: offset });
          assert.deepEqual(turn, { timeMs: dueMs, nextMs: dueMs + 1_000, missed: 0 });
          dueMs = turn.nextMs;
        }
      }),
    );
  });

  it('counts turns that went by, and follows a clock that was set', () => {
    const turn = (nowMs: number) => takeTurn({ nowMs, dueMs: 10_000, intervalMs: 1_000, offsetMs: 0 });
    assert.deepEqual(turn(13_500), { timeMs: 13_500, nextMs: 14_000, missed: 3 });
    assert.deepEqual(turn(2_300), { timeMs: 2_300, nextMs: 3_000, missed: 0 });
  });

  it('spreads groups over the interval', () => {
    const offsets = Array.from({ length: 1_000 }, (_, i) => offsetMs('f', `group ${i}`, 15_000));
    for (let second = 0; second < 15; second++) {
      const count = offsets.filter((offset) => Math.floor(offset / 1_000) === second).length;
      assert.ok(count > 30 && count < 110, `${count} of 1000 groups in second ${second}`);
    }
  });
});

describe('the order within a group', () => {
  const group = createGroupRuntime(
    loadRuleFile(
      'r.yml',
      `groups:
- name: g
  rules:
  - { record: 'a:rate', expr: 'rate(a[1m])' }
  - { alert: Slow, expr: b > 1 }
  - { alert: High, expr: 'a:rate > 1' }
  - { record: 'c', expr: 'sum({job="x"})' }
  - { alert: Meta, expr: 'count(ALERTS) > 1' }
`,
    )[0]!,
    15_000,
  );
  const before = (name: string) =>
    rulesBefore(group, group.rules.find((runtime) => runtime.rule.name === name)!).map(
      (runtime) => runtime.rule.name,
    );

  it('waits for what a rule reads and for nothing else', () => {
    assert.deepEqual(before('a:rate'), []);
    assert.deepEqual(before('Slow'), []);
    assert.deepEqual(before('High'), ['a:rate']);
    assert.deepEqual(before('c'), ['a:rate'], 'a selector without a name may read anything recorded');
    assert.deepEqual(before('Meta'), ['Slow', 'High']);
  });
});
