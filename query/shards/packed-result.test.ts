import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import fc from 'fast-check';
import { Budget } from '../budget.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { QueryResult } from '../result.ts';
import { packResult, unpackResult } from './packed-result.ts';

const labels = fc
  .dictionary(fc.constantFrom('__name__', 'job', 'größe'), fc.string({ maxLength: 4 }))
  .map((object) => labelsFromObject(object));
const time = fc.integer({ min: 0, max: 2 ** 45 });
const histogram: fc.Arbitrary<Histogram> = fc.double().map((sum) => ({
  schema: 0,
  counterReset: 'unknown',
  zeroThreshold: 0,
  zeroCount: 0,
  count: 2,
  sum,
  positiveSpans: [{ offset: 1, length: 1 }],
  positiveBuckets: [2],
  negativeSpans: [],
  negativeBuckets: [],
  customBounds: [],
}));

const vector: fc.Arbitrary<QueryResult> = fc
  .tuple(time, fc.array(fc.tuple(labels, fc.double(), fc.option(histogram))), fc.boolean())
  .map(([timestampMs, rows, hasHistograms]) => ({
    kind: 'vector',
    timestampMs,
    labels: rows.map(([set]) => set),
    values: Float64Array.from(rows, ([, value]) => value),
    histograms: hasHistograms ? rows.map(([, , one]) => one) : null,
  }));
const series: fc.Arbitrary<SeriesColumns> = fc
  .tuple(labels, fc.array(fc.tuple(time, fc.double(), fc.option(histogram))), fc.boolean())
  .map(([set, points, hasHistograms]) => ({
    labels: set,
    timestampsMs: Float64Array.from(points, ([at]) => at),
    values: Float64Array.from(points, ([, value]) => value),
    ...(hasHistograms && { histograms: points.map(([, , one]) => one) }),
  }));
const result: fc.Arbitrary<QueryResult> = fc.oneof(
  vector,
  fc.array(series).map((all): QueryResult => ({ kind: 'matrix', series: all })),
  fc
    .tuple(time, fc.double())
    .map(([timestampMs, value]): QueryResult => ({ kind: 'scalar', timestampMs, value })),
  fc
    .tuple(time, fc.string())
    .map(([timestampMs, value]): QueryResult => ({ kind: 'string', timestampMs, value })),
);

test('a result comes out of another thread as it was, whatever it is', async () => {
  const clock = { monotonic: () => 0, sleep: async () => undefined };
  const budget = new Budget(clock, DEFAULT_LIMITS, new AbortController().signal);
  await fc.assert(
    fc.asyncProperty(result, async (given) => {
      const packed = structuredClone(await packResult(given, budget));
      assert.deepEqual(await unpackResult(packed, budget), given);
    }),
  );
});
