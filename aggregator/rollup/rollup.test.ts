import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import fc from 'fast-check';
import { ColumnArena } from '../head/column-arena.ts';
import { type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import { joinRollups } from './join-rollups.ts';
import { rollUp, windowEnd } from './roll-up.ts';

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
      for (const [i, lastMs] of windows.timestampsMs.entries()) {
        const endMs = windowEnd(lastMs, RESOLUTION);
        const { timestampsMs, values } = sliceColumns(given, endMs - RESOLUTION, endMs);
        const of = windows.rollups!;
        const rise = windows.values[i]! - of.first[i]! + of.resets[i]!;
        assert.deepEqual(
          [of.count[i], of.min[i], of.max[i], of.first[i], windows.values[i], rise],
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
        assert.deepEqual([of.firstTimestampsMs[i], lastMs], [timestampsMs[0], timestampsMs.at(-1)]);
        seen += values.length;
      }
      assert.equal(seen, given.values.length);
    }),
  );
});

test('stale markers are not counted', () => {
  const values = Float64Array.of(1, 0, 3);
  writeStale(values, 1);
  const windows = rollUp({ timestampsMs: Float64Array.of(1, 2, 3), values }, RESOLUTION);
  assert.deepEqual([windows.rollups!.count[0], windows.rollups!.sum[0]], [2, 4]);
});

test('what is joined from memory that was used before has no start where none is known', () => {
  const counter = (fromMs: number, startsMs?: Float64Array) =>
    rollUp(
      {
        timestampsMs: Float64Array.of(fromMs, fromMs + 1),
        values: Float64Array.of(1, 2),
        ...(startsMs && { startsMs }),
      },
      1_000,
    );
  const arena = new ColumnArena();
  arena.take(1_000).fill(7);
  arena.reuse();
  const joined = joinRollups([counter(10_001), counter(20_001, Float64Array.of(19_000, 19_000))], arena);
  assert.deepEqual([...joined.startsMs!], [0, 19_000]);
  assert.deepEqual([...joined.rollups!.firstStartsMs!], [0, 19_000]);
  assert.deepEqual([...joined.rollups!.sum], [3, 3]);
});
