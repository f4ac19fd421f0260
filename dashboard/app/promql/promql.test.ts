import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
