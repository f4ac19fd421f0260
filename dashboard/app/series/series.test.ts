import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alignLines, breakGaps, stackColumns } from './columns.ts';
import { decimate } from './decimate.ts';
import { bareName, lineName } from './line.ts';

const line = (times: number[], values: number[]) => ({ name: '', labels: {}, times, values });

test('lines meet on the union of their times; what cannot be drawn is a gap', () => {
  const columns = alignLines([line([1, 3], [10, Number.POSITIVE_INFINITY]), line([2, 3], [20, 30])]);
  assert.deepEqual(columns, {
    times: [1, 2, 3],
    values: [
      [10, null, null],
      [null, 20, 30],
    ],
  });
});

test('lines with a point at each time are as those that have to be put on one grid', () => {
  const grid = [1, 2, 5];
  const values = [1, Number.NaN, 3];
  const quick = alignLines([line(grid, values), line([...grid], [4, 5, Number.NEGATIVE_INFINITY])]);
  const slow = alignLines([
    line(grid, values),
    line([...grid], [4, 5, Number.NEGATIVE_INFINITY]),
    line([], []),
  ]);
  assert.deepEqual(quick, { times: slow.times, values: slow.values.slice(0, 2) });
});

test('stacking adds up and skips gaps', () => {
  const stacked = stackColumns({
    times: [1, 2, 3],
    values: [
      [1, null, null],
      [2, 5, null],
    ],
  });
  assert.deepEqual(stacked.values, [
    [1, null, null],
    [3, 5, null],
  ]);
});

test('an outage is a gap in the line', () => {
  const broken = breakGaps({ times: [0, 15, 100, 115], values: [[1, 2, 3, 4]] }, 30);
  assert.deepEqual(broken, { times: [0, 15, 30, 100, 115], values: [[1, 2, null, 3, 4]] });
});

test('legends are filled from the labels', () => {
  assert.equal(lineName('{{status}} {{ method }}', { status: '500', method: 'GET' }), '500 GET');
  assert.equal(lineName('{{toString}}', {}), 'none');
  assert.equal(bareName({ __name__: 'up', job: 'a"b' }), 'up{job="a\\"b"}');
});

test("thinning keeps every line's extremes and order, and bounds the rows", () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null, freq: 10 });
  const columns = fc.integer({ min: 0, max: 600 }).chain((count) =>
    fc.record(
      {
        times: fc.constant(Array.from({ length: count }, (_, index) => index)),
        values: fc.array(fc.array(value, { minLength: count, maxLength: count }), {
          minLength: 1,
          maxLength: 3,
        }),
      },
      { noNullPrototype: true },
    ),
  );
  fc.assert(
    fc.property(columns, fc.integer({ min: 1, max: 60 }), (before, buckets) => {
      const after = decimate(before, buckets);
      const perBucket = 2 + 3 * before.values.length;
      assert.ok(after.times.length <= Math.max(buckets * 2, buckets * perBucket));
      for (const [index, time] of after.times.entries()) {
        if (index > 0) assert.ok(time > (after.times[index - 1] ?? 0));
      }
      for (const [index, column] of before.values.entries()) {
        const numbers = (list: readonly (number | null)[] = []) => list.filter((one) => one !== null);
        assert.equal(Math.max(...numbers(after.values[index])), Math.max(...numbers(column)));
        assert.equal(Math.min(...numbers(after.values[index])), Math.min(...numbers(column)));
        assert.equal(after.values[index]?.includes(null), column.includes(null));
      }
    }),
  );
});
