import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparedWindow } from './find-moved.ts';
import { intervalText, parseInterval } from './interval-text.ts';

test('an interval in the address comes back, and nothing else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 10, max: 1e7 }), (from, span) => {
      const interval = { fromMs: from * 1000, toMs: (from + span) * 1000 };
      assert.deepEqual(parseInterval(intervalText(interval)), interval);
    }),
  );
  for (const text of ['', '5', '9-1', '1-2', 'a-b', '1-99999999999999'])
    assert.equal(parseInterval(text), undefined, text);
});

test('the time before is four times as long, and the interval has about twenty points', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 1e7 }), (span) => {
      const window = comparedWindow({ fromMs: 2e12, toMs: 2e12 + span * 1000 });
      const points = (window.toMs - window.fromMs) / 1000 / window.stepSeconds;
      assert.ok(points <= 110, `${points} points`);
      assert.equal(window.fromMs % (window.stepSeconds * 1000), 0);
      assert.ok(2e12 - window.fromMs >= span * 4000);
    }),
  );
});
