import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { heatCells } from './heat-cells.ts';

const classic = (le: string, values: number[]) => ({
  le,
  times: values.map((_, index) => index * 15),
  values,
  histograms: [],
});

test('cumulative buckets become the counts between their bounds', () => {
  const cells = heatCells([classic('+Inf', [10, 4]), classic('0.1', [3, 4]), classic('1', [8, 4])]);
  assert.deepEqual(cells.bands, [
    { low: Number.NEGATIVE_INFINITY, high: 0.1 },
    { low: 0.1, high: 1 },
    { low: 1, high: Number.POSITIVE_INFINITY },
  ]);
  assert.deepEqual(cells.counts, [
    [3, 4],
    [5, 0],
    [2, 0],
  ]);
  assert.equal(cells.most, 5);
});

test('native histograms keep their own buckets', () => {
  const cells = heatCells([
    {
      le: undefined,
      times: [],
      values: [],
      histograms: [{ seconds: 5, buckets: [{ low: 1, high: 2, count: 7 }] }],
    },
  ]);
  assert.deepEqual([cells.times, cells.bands, cells.counts], [[5], [{ low: 1, high: 2 }], [[7]]]);
});

test('any numbers give a grid without holes or negative counts', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.oneof(fc.double().map(String), fc.string()), fc.array(fc.double(), { maxLength: 5 })),
      ),
      (rows) => {
        const cells = heatCells(rows.map(([le, values]) => classic(le, values)));
        assert.equal(cells.counts.length, cells.bands.length);
        for (const row of cells.counts) {
          assert.equal(row.length, cells.times.length);
          assert.ok(row.every((count) => count >= 0));
        }
      },
    ),
  );
});
