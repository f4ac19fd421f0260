import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import fc from 'fast-check';
import { alertRuleYaml } from './alert-rule.ts';
import { firingsOf } from './backtest.ts';
import { type Explanation, explain } from './explain.ts';
import { readHistory, remember } from './query-history.ts';

const flat = ({ text, inner }: Explanation): string => [text, ...inner.map(flat)].join(' | ');

test('an expression in words, from the outside in', () => {
  assert.equal(
    flat(explain(parseExpr('sum by (job) (rate(http_requests_total{code=~"5.."}[5m] offset 1h)) > 3'))),
    'Only what of the first is more than the second: | Sum for each job, of: | ' +
      'rate: increase per second, averaged over the time in brackets; restarts of a counter are seen, of: | ' +
      'Series of http_requests_total with code=~"5..", with all samples of the last 5m, 1h earlier. | ' +
      'The constant 3.',
  );
});

test('the history puts the newest first, once, and survives a damaged or missing store', () => {
  const held = new Map<string, string>();
  const store = {
    getItem: (name: string) => held.get(name) ?? null,
    setItem: (name: string, value: string) => void held.set(name, value),
  };
  for (const expr of ['up', 'down', 'up', ' ']) remember(expr, store);
  assert.deepEqual(readHistory(store), ['up', 'down']);
  held.set('tocsin.query-history', '{"a":');
  assert.deepEqual(readHistory(store), []);
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  assert.deepEqual(remember('x', full), ['x']);
});

test('a run shorter than `for` does not fire, a longer one does when it has lasted', () => {
  const line = {
    name: '',
    labels: { a: 'b' },
    times: [0, 15, 30, 45, 60, 150, 165, 300],
    values: [1, 5, 2, 1, 1, 9, 9, 3],
  };
  assert.deepEqual(
    firingsOf([line], 60, 15, 300).map(({ fromSeconds, toSeconds, worst }) => [
      fromSeconds,
      toSeconds,
      worst,
    ]),
    [[60, 75, 5]],
  );
  const open = firingsOf([line], 0, 15, 300);
  assert.deepEqual(
    open.map(({ pendingSeconds, isOpen }) => [pendingSeconds, isOpen]),
    [
      [300, true],
      [150, false],
      [0, false],
    ],
  );
});

test('a rule made from any text is YAML that gives the text back', async () => {
  const { parse } = await import('yaml');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (expr, summary) => {
      const text = alertRuleYaml({
        name: 'OrdersLow',
        expr,
        forText: '5m',
        severity: 'warning',
        summary,
      });
      const rule = parse(text).groups[0].rules[0];
      assert.equal(rule.expr, expr);
      assert.equal(rule.annotations?.summary ?? '', summary);
    }),
  );
});
