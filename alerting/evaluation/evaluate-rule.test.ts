import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createAlertBook } from '../alerts/alert-book.ts';
import { openDatabase } from '../store/database.ts';
import { createStore } from '../store/store.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { createGroupRuntime } from './rule-runtime.ts';

const ALERTS = 3_000;
const RULE = `groups:
- name: g
  rules:
  - { alert: Big, expr: big > 0, annotations: { summary: '{{ $labels.i }} is {{ $value }}' } }
`;

/** A rule that yields ALERTS alerts, on a clock on which every look at it is a pause's length after the last. */
function setUp() {
  const simulated = createSimulatedClock();
  let looks = 0;
  let pauses = 0;
  const clock: Clock = {
    ...simulated,
    monotonic: () => ++looks * 20,
    async sleep() {
      pauses++;
    },
  };
  const store = createStore(openDatabase(':memory:'));
  const book = createAlertBook(store);
  const runtime = createGroupRuntime(loadRuleFile('r.yml', RULE)[0]!, 60_000).rules[0]!;
  let firing = ALERTS;
  const instant = async (): Promise<readonly QuerySample[]> =>
    Array.from({ length: firing }, (_, i) => ({ labels: labelsFromObject({ i: String(i) }), value: i + 1 }));
  const evaluate = (inForce: () => boolean = () => true) =>
    evaluateRule(runtime, 1_000, { clock, store, book, externalUrl: '', query: { instant } }, inForce);
  const states = () => [...runtime.state.values()].filter(({ state }) => state === 'firing').length;
  const stored = () => [...(store.loadRuleAlerts().get(runtime.rule.key)?.values() ?? [])].length;
  return {
    evaluate,
    states,
    stored,
    book,
    store,
    pauses: () => pauses,
    end: () => {
      firing = 0;
    },
  };
}

describe('a rule with very many alerts', () => {
  it('is evaluated and recorded with pauses, wholly', async () => {
    const { evaluate, states, stored, book, store, pauses, end } = setUp();
    const samples = await evaluate();
    assert.equal(samples.length, 2 * ALERTS);
    assert.deepEqual([states(), stored(), book.size], [ALERTS, ALERTS, ALERTS]);
    assert.equal(store.events(10 * ALERTS).length, ALERTS);
    assert.ok(pauses() > 20, `${pauses()} pauses`);
    const before = pauses();
    assert.equal((await evaluate()).length, 2 * ALERTS);
    assert.equal(store.events(10 * ALERTS).length, ALERTS, 'nothing changed');
    assert.ok(pauses() - before > 20);
    end();
    const ends = await evaluate();
    assert.deepEqual([ends.length, ends.every(({ value }) => value === null)], [2 * ALERTS, true]);
    assert.deepEqual([states(), store.events(10 * ALERTS).length], [0, 2 * ALERTS]);
  });

  it('that is replaced meanwhile leaves each alert known everywhere or nowhere, and goes on from there', async () => {
    for (const turns of [0, 1, 2, 4, 6]) {
      const { evaluate, states, stored, book, store } = setUp();
      let left = turns;
      const samples = await evaluate(() => left-- > 0);
      assert.equal(samples.length, 0, `${turns} turns`);
      const known = states();
      assert.ok(known < ALERTS, `${turns} turns`);
      assert.deepEqual([stored(), book.size, store.events(10 * ALERTS).length], [known, known, known]);
      await evaluate();
      assert.deepEqual([states(), stored(), book.size], [ALERTS, ALERTS, ALERTS]);
      assert.equal(store.events(10 * ALERTS).length, ALERTS, 'each told once');
    }
  });
});
