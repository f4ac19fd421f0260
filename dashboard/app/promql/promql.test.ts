import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faultsOf } from './faults.ts';
import { fill } from './fill.ts';
import { labelName, quote, selector } from './text.ts';

test('durations follow the step and the range', () => {
  const window = { fromMs: 0, toMs: 3_600_000, stepSeconds: 10, endMs: 3_600_000 };
  const expr = 'a[$window] b[$slow] c[$range] offset $twice';
  assert.equal(fill(expr, window), 'a[60s] b[120s] c[3600s] offset 7200s');
  assert.equal(fill('a[$window] b[$slow]', { ...window, stepSeconds: 300 }), 'a[315s] b[315s]');
});

test('names are quoted only where they must be', () => {
  assert.equal(selector('up'), 'up');
  assert.equal(selector('a:b', ['x="1"']), 'a:b{x="1"}');
  assert.equal(selector('my.metric', ['x="1"']), '{"my.metric",x="1"}');
  assert.equal(labelName('http.route'), '"http.route"');
});

test('a quoted text is one literal, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(quote(text), /^"(?:[^"\\\n]|\\["\\/bfnrtu])*"$/);
      assert.equal(JSON.parse(quote(text)), text);
    }),
  );
});

test('faults are where they are, and what panels fill in is none', () => {
  assert.deepEqual(faultsOf('sum(rate(a_total[$window])) / b offset $range'), []);
  assert.deepEqual(faultsOf('  '), []);
  const [fault] = faultsOf('sum(rate(a_total[$window]) +');
  assert.ok(fault);
  assert.ok(fault.from >= 26 && fault.to <= 28, JSON.stringify(fault));
  assert.match(fault.message, /unexpected/);
});

test('no text makes the check throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const { from, to } of faultsOf(text)) assert.ok(from >= 0 && from <= to && to <= text.length);
    }),
  );
});
