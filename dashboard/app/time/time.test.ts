import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAgo, formatMoment, formatTick } from './clock-text.ts';
import { formatSpan, parseSpan, stepFor, widened, windowOf } from './range.ts';

test('a window needs few points, starts and ends on its step, and covers the range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 10 * 366 * 86_400 }),
      fc.integer({ min: 0, max: 4e12 }),
      (seconds, nowMs) => {
        const window = windowOf({ kind: 'last', seconds }, nowMs);
        const stepMs = window.stepSeconds * 1000;
        assert.ok((window.toMs - window.fromMs) / stepMs <= 402);
        assert.ok(window.fromMs % stepMs === 0 && window.toMs % stepMs === 0);
        assert.ok(window.toMs <= nowMs || seconds * 1000 < stepMs * 2);
        assert.ok(window.fromMs <= nowMs - seconds * 1000);
        assert.ok(window.toMs > nowMs - stepMs);
      },
    ),
  );
});

test('steps are round', () => {
  assert.deepEqual([900, 3600, 21_600, 86_400, 604_800].map(stepFor), [5, 10, 60, 300, 1800]);
});

test('spans', () => {
  assert.equal(parseSpan('15m'), 900);
  assert.equal(parseSpan('1.5h'), undefined);
  for (const seconds of [90, 900, 3600, 86_400, 172_800, 604_800])
    assert.equal(parseSpan(formatSpan(seconds)), seconds);
  assert.equal(formatSpan(86_400), '24h');
});

test('widening doubles the span and never passes now', () => {
  const range = widened({ fromMs: 1_000_000, toMs: 2_000_000, stepSeconds: 5, endMs: 2_000_000 }, 2_100_000);
  assert.deepEqual(range, { kind: 'between', fromMs: 100_000, toMs: 2_100_000 });
});

test('moments and ticks say as much as is needed', () => {
  const noon = new Date(2026, 4, 6, 12, 3, 4).getTime();
  assert.equal(formatMoment(noon, noon), '12:03:04');
  assert.equal(formatMoment(noon, noon + 86_400_000), '6 May 12:03:04');
  assert.equal(formatMoment(Number.NaN, noon), '–');
  assert.equal(formatTick(noon / 1000, 10), '12:03:04');
  assert.equal(formatTick(noon / 1000, 3600), '12:03');
  assert.equal(formatTick(new Date(2026, 4, 6).getTime() / 1000, 3600), '6 May');
  assert.equal(formatAgo(noon - 40_000, noon), '40s ago');
});
