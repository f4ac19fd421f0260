import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { histogramOf, histogramOfCounts } from './log-histogram.ts';
import type { LogRow } from './log-row.ts';

const row = (timeMs: number, level: string): LogRow => ({
  key: `${timeMs}`,
  timeMs,
  level,
  service: '',
  message: '',
  brief: '',
  attributes: [],
});
const window = { fromMs: 0, toMs: 600_000, endMs: 600_000, stepSeconds: 5 };

test('lines are counted by level in round buckets', () => {
  const found = histogramOf([row(1000, 'info'), row(59_000, 'error'), row(61_000, 'odd')], window, 10, true);
  assert.equal(found.bucketSeconds, 60);
  assert.deepEqual(found.levels, ['error', 'info', '']);
  assert.deepEqual(found.buckets[0]?.counts, { info: 1, error: 1 });
  assert.deepEqual(found.buckets[1]?.counts, { '': 1 });
  assert.equal(found.countedFromSeconds, 0);
  assert.equal(histogramOf([row(61_000, '')], window, 10, false).countedFromSeconds, 61);
});

test('no line of the window is lost, whatever its length', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_000, max: 3e11 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (spanMs, places) => {
        const rows = places.map((place) => row(Math.floor(place * spanMs), 'info'));
        const found = histogramOf(rows, { fromMs: 0, toMs: spanMs, endMs: spanMs, stepSeconds: 1 }, 80, true);
        assert.ok(found.buckets.length <= 82);
        const counted = found.buckets.reduce((sum, { counts }) => sum + (counts['info'] ?? 0), 0);
        assert.equal(counted, rows.length);
      },
    ),
  );
});

test('counts of the server are added up by level, and none is lost', () => {
  const counted = new Map([
    ['info', [1, 2]],
    ['notice', [0, 3]],
    ['odd', [...Array.from({ length: 10 }, () => 0), 4]],
  ]);
  const found = histogramOfCounts(counted, window, 10);
  assert.deepEqual(found.levels, ['info', '']);
  assert.deepEqual(found.buckets[0]?.counts, { info: 1 });
  assert.deepEqual(found.buckets[1]?.counts, { info: 5 });
  assert.deepEqual(found.buckets[9]?.counts, { '': 4 });
});
