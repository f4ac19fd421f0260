import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import fc from 'fast-check';
import { type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import { mergeRollups } from './merge-rollups.ts';
import { rollUp } from './roll-up.ts';
import { rollupSamples } from './rollup-samples.ts';

const RESOLUTION = 60_000;

// Counters with resets and gaps, samples on the windows' edges and off them.
const samples: fc.Arbitrary<SampleColumns> = fc
  .array(
    fc.record({
      gapMs: fc.constantFrom(15_000, 15_000, 15_000, 60_000, 1, 240_001),
      step: fc.integer({ min: 0, max: 1_000 }),
      reset: fc.nat(9).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((points) => {
    let time = 1_790_000_040_000;
    let value = 0;
    const timestampsMs = new Float64Array(points.length);
    const values = new Float64Array(points.length);
    for (const [i, { gapMs, step, reset }] of points.entries()) {
      time += gapMs;
      value = reset ? step : value + step;
      timestampsMs[i] = time;
      values[i] = value;
    }
    return { timestampsMs, values };
  });

const increaseOf = (values: Float64Array | number[]): number => {
  let total = 0;
  for (let i = 1; i < values.length; i++)
    total += values[i]! < values[i - 1]! ? values[i]! : values[i]! - values[i - 1]!;
  return total;
};

test('windows hold what a look at their samples gives', () => {
  fc.assert(
    fc.property(samples, (given) => {
      const windows = rollUp(given, RESOLUTION);
      let seen = 0;
      for (const [i, endMs] of windows.timestampsMs.entries()) {
        const { timestampsMs, values } = sliceColumns(given, endMs - RESOLUTION, endMs);
        const of = windows.rollups!;
        assert.deepEqual(
          [of.count[i], of.min[i], of.max[i], of.first[i], windows.values[i], of.increase[i]],
          [
            values.length,
            Math.min(...values),
            Math.max(...values),
            values[0],
            values.at(-1),
            increaseOf(values),
          ],
        );
        assert.equal(
          of.sum[i],
          values.reduce((sum, value) => sum + value, 0),
        );
        assert.deepEqual(
          [of.firstTimestampsMs[i], of.lastTimestampsMs[i]],
          [timestampsMs[0], timestampsMs.at(-1)],
        );
        seen += values.length;
      }
      assert.equal(seen, given.values.length);
    }),
  );
});

test('windows cut anywhere and put together again are the same', () => {
  fc.assert(
    fc.property(samples, fc.nat(80), (given, cut) => {
      const at = given.timestampsMs[cut % given.timestampsMs.length]!;
      const parts = [sliceColumns(given, -Infinity, at), sliceColumns(given, at, Infinity)];
      const merged = mergeRollups(parts.map((part) => rollUp(part, RESOLUTION)));
      assert.deepEqual(merged, rollUp(given, RESOLUTION));
    }),
  );
});

test('as samples they rise as much, and have the same extremes and sums, over whole windows', () => {
  fc.assert(
    fc.property(samples, fc.nat(200), fc.nat(200), (given, a, b) => {
      const base = Math.floor(given.timestampsMs[0]! / RESOLUTION) * RESOLUTION;
      const [from, to] = [base + Math.min(a, b) * RESOLUTION, base + Math.max(a, b) * RESOLUTION];
      const raw = sliceColumns(given, from, to).values;
      const windows = rollUp(given, RESOLUTION);
      const of = (fn: string): Float64Array => sliceColumns(rollupSamples(windows, fn), from, to).values;
      if (raw.length === 0) return;
      assert.equal(increaseOf(of('increase')), increaseOf(raw));
      assert.equal(Math.max(...of('max_over_time')), Math.max(...raw));
      assert.equal(Math.min(...of('min_over_time')), Math.min(...raw));
      const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
      assert.equal(sum(of('sum_over_time')), sum(raw));
      assert.equal(of('last_over_time').at(-1), raw.at(-1));
    }),
  );
});

test('stale markers are not counted', () => {
  const values = Float64Array.of(1, 0, 3);
  writeStale(values, 1);
  const windows = rollUp({ timestampsMs: Float64Array.of(1, 2, 3), values }, RESOLUTION);
  assert.deepEqual([windows.rollups!.count[0], windows.rollups!.sum[0]], [2, 4]);
});
