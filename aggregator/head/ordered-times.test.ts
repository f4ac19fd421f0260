import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import type { Batch } from '../shard/batch.ts';
import { ColumnArena } from './column-arena.ts';
import { Head, RANGE_MS } from './head.ts';
import { NO_SAMPLES } from './sample-columns.ts';

const START = RANGE_MS * 100;

function batchOf(samples: readonly (readonly [series: number, offset: number])[]): Batch {
  return {
    count: samples.length,
    series: Uint32Array.from(samples, ([series]) => series),
    timestampsMs: Float64Array.from(samples, ([, offset]) => START + offset),
    values: Float64Array.from(samples, ([series, offset]) => series * 1e6 + (offset % 977)),
    startsMs: null,
    histograms: [],
    exemplars: [],
    metadata: [],
  };
}

/** Ticks at which most series are scraped, so that most have the same times. */
const scrapes = fc.array(
  fc.record({ gapMs: fc.constantFrom(15_000, 15_000, 14_999, 400_000), missing: fc.option(fc.nat(5)) }),
  { minLength: 1, maxLength: 200 },
);

test('series read one after the other, into the same memory, have their own times and values', () => {
  const bounds = fc.tuple(fc.nat(2 * RANGE_MS), fc.nat(2 * RANGE_MS));
  fc.assert(
    fc.property(scrapes, bounds, fc.boolean(), (ticks, [a, b], isReused) => {
      const head = new Head(1, DEFAULT_AGGREGATOR_LIMITS);
      const expected = Array.from({ length: 6 }, (_, series) => {
        const key = encodeLabels(labelsFromObject({ __name__: 'x', series: String(series) }));
        assert.equal(head.table.addKey(key, 0, key.length), series);
        return new Map<number, number>();
      });
      const append = (samples: readonly (readonly [number, number])[]): void => {
        const batch = batchOf(samples);
        head.apply(batch, 0, 0, () => undefined);
        for (let i = 0; i < batch.count; i++)
          expected[batch.series[i]!]!.set(batch.timestampsMs[i]!, batch.values[i]!);
      };
      let offset = 0;
      for (const { gapMs, missing } of ticks) {
        offset += gapMs;
        append([0, 1, 2, 3, 4, 5].filter((series) => series !== missing).map((series) => [series, offset]));
      }
      const [min, max] = [START + Math.min(a, b), START + Math.max(a, b)];
      const view = head.view();
      const arena = new ColumnArena();
      const kept: (readonly [series: number, timestampsMs: Float64Array, values: Float64Array])[] = [];
      const check = (series: number, timestampsMs: Float64Array, values: Float64Array): void => {
        const all = [...expected[series]!].filter(([time]) => time > min && time <= max);
        const found = Array.from(timestampsMs, (time, i) => [time, values[i]]);
        assert.deepEqual(found, all.slice(0, found.length));
        // What came after a series was read need not be in what was read.
        assert.ok(all.length - found.length <= 1);
      };
      for (const series of [0, 1, 2, 3, 4, 5, 0]) {
        const places = view.placesOf(series, min, max);
        if (isReused) arena.reuse();
        const { timestampsMs, values } = places === null ? NO_SAMPLES : view.read(places, min, max, arena);
        check(series, timestampsMs, values);
        kept.push([series, timestampsMs, values]);
        // While a query goes on, more comes.
        if (series === 2) append([[2, offset + 1]]);
      }
      if (!isReused) for (const [series, timestampsMs, values] of kept) check(series, timestampsMs, values);
    }),
    { numRuns: 300 },
  );
});
