import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { isStaleAt, writeStale } from '@tocsin/protocol/series/stale.ts';
import fc from 'fast-check';
import { ACCEPTED, CONFLICTING, REPEATED } from './append-verdict.ts';
import { RangeHead } from './range-head.ts';

const START = 7_200_000 * 100;

test('holds what a sorted map would, whatever the order', () => {
  const sample = fc.record({
    series: fc.nat(4),
    offset: fc.oneof(
      fc.nat(7_199_999),
      fc.nat(40).map((i) => i * 15_000),
    ),
    value: fc.oneof(fc.double({ noNaN: true }), fc.nat(3)),
    // When the counter began: mostly unknown or the same for long.
    startMs: fc.constantFrom(0, 0, 5_000, 5_000, 5_000, 9_000_000),
  });
  const inOrder = fc
    .array(sample, { maxLength: 400 })
    .map((samples) => samples.sort((a, b) => a.offset - b.offset));
  fc.assert(
    fc.property(fc.oneof(fc.array(sample, { maxLength: 300 }), inOrder), (samples) => {
      const head = new RangeHead(START, 7_200_000, 0);
      const model = Array.from({ length: 5 }, () => new Map<number, { value: number; startMs: number }>());
      for (const { series, offset, value, startMs } of samples) {
        const known = model[series]!.get(offset)?.value;
        const expected = known === undefined ? ACCEPTED : known === value ? REPEATED : CONFLICTING;
        assert.equal(head.append(series, START + offset, value, startMs), expected);
        if (known === undefined) model[series]!.set(offset, { value, startMs });
      }
      for (const [series, map] of model.entries()) {
        const read = head.read(series);
        const expected = [...map].sort((a, b) => a[0] - b[0]);
        assert.deepEqual(
          Array.from(read.timestampsMs, (time, i) => [
            time - START,
            { value: read.values[i], startMs: read.startsMs?.[i] ?? 0 },
          ]),
          expected,
        );
        const [min, max] = [START + 100_000, START + 400_000];
        const part = head.read(series, min, max);
        assert.deepEqual(
          [...part.timestampsMs],
          expected.map(([offset]) => offset + START).filter((time) => time > min && time <= max),
        );
      }
      assert.equal(
        head.samples,
        model.reduce((sum, map) => sum + map.size, 0),
      );
    }),
    { numRuns: 300 },
  );
});

test('a stale marker keeps its bits through slabs and chunks', () => {
  const head = new RangeHead(START, 7_200_000, 0);
  const stale = new Float64Array(1);
  writeStale(stale, 0);
  for (let i = 0; i < 300; i++) head.append(0, START + i * 1_000, i % 3 === 0 ? stale[0]! : i);
  const { values } = head.read(0);
  for (let i = 0; i < 300; i++) assert.equal(isStaleAt(values, i), i % 3 === 0, `sample ${i}`);
  assert.equal(head.append(0, START + 297_000, stale[0]!), REPEATED);
  assert.equal(head.append(0, START + 297_000, Number.NaN), CONFLICTING);
});

test('floats and histograms share a series, but not a timestamp', () => {
  const histogram: Histogram = {
    schema: 0,
    counterReset: 'unknown',
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3,
    sum: 4,
    positiveSpans: [{ offset: 0, length: 1 }],
    positiveBuckets: [3],
    negativeSpans: [],
    negativeBuckets: [],
    customBounds: [],
  };
  const head = new RangeHead(START, 7_200_000, 0);
  assert.equal(head.append(1, START + 1, 5), ACCEPTED);
  assert.equal(head.appendHistogram(1, START + 2, histogram), ACCEPTED);
  assert.equal(head.appendHistogram(1, START + 2, histogram), REPEATED);
  assert.equal(head.appendHistogram(1, START + 2, { ...histogram, sum: 9 }), CONFLICTING);
  assert.equal(head.appendHistogram(1, START + 1, histogram), CONFLICTING);
  assert.equal(head.append(1, START + 2, 5), CONFLICTING);
  assert.equal(head.append(1, START + 3, 6), ACCEPTED);
  const read = head.read(1);
  assert.deepEqual([...read.timestampsMs], [START + 1, START + 2, START + 3]);
  assert.deepEqual(read.histograms, [null, histogram, null]);
});
