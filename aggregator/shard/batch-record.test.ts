import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { StoredDataError } from '../bytes/byte-reader.ts';
import type { Batch } from './batch.ts';
import { decodeBatch, encodeBatch } from './batch-record.ts';

const KEY = encodeLabels(labelsFromObject({ __name__: 'x' }));
const times = fc.integer({ min: -(2 ** 48), max: 2 ** 48 });
const texts = fc.string({ unit: 'grapheme', maxLength: 8 });

const batches: fc.Arbitrary<Batch> = fc
  .record({
    samples: fc.array(
      fc.record({ series: fc.nat(2 ** 32 - 1), timestampMs: times, value: fc.double(), startMs: times }),
      { maxLength: 40 },
    ),
    hasStarts: fc.boolean(),
    sameTime: fc.boolean(),
    histograms: fc.array(
      fc.record(
        { series: fc.nat(), timestampMs: times, message: fc.uint8Array({ maxLength: 20 }) },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    exemplars: fc.array(
      fc.record(
        {
          series: fc.nat(),
          exemplar: fc.record(
            {
              labels: fc.constant(labelsFromObject({ trace_id: 'a' })),
              value: fc.double(),
              timestampMs: times,
            },
            { noNullPrototype: true },
          ),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    metadata: fc.array(
      fc.record(
        { metric: texts, type: fc.constantFrom('counter', 'gauge'), help: texts, unit: texts },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ samples, hasStarts, sameTime, ...rest }) => ({
    ...rest,
    count: samples.length,
    series: Uint32Array.from(samples, ({ series }) => series),
    timestampsMs: Float64Array.from(samples, ({ timestampMs }) =>
      sameTime ? 1_790_000_000_000 : timestampMs,
    ),
    values: Float64Array.from(samples, ({ value }) => value),
    startsMs: hasStarts && samples.length > 0 ? Float64Array.from(samples, ({ startMs }) => startMs) : null,
  }));

function bytesOf(batch: Batch): Uint8Array {
  return Uint8Array.from(Buffer.concat(encodeBatch(batch, 3, [5, 9], () => KEY)));
}

test('a record gives back the batch', () => {
  fc.assert(
    fc.property(batches, (batch) => {
      const { epoch, definitions, ...found } = decodeBatch(bytesOf(batch));
      assert.deepEqual(found, batch);
      assert.equal(epoch, 3);
      assert.deepEqual(
        definitions.map(({ series, key }) => [series, [...key]]),
        [5, 9].map((series) => [series, [...KEY]]),
      );
    }),
  );
});

test('damaged records are refused by name or read as something, and never read too far', () => {
  const damage = fc.record({ at: fc.nat(), value: fc.nat(255), length: fc.option(fc.nat()) });
  fc.assert(
    fc.property(batches, fc.array(damage, { minLength: 1, maxLength: 4 }), (batch, damages) => {
      let bytes = Uint8Array.from(bytesOf(batch));
      for (const { at, value, length } of damages) {
        bytes[at % bytes.length] = value;
        if (length !== null) bytes = bytes.subarray(0, 1 + (length % bytes.length));
      }
      try {
        const { count, values } = decodeBatch(bytes);
        assert.equal(values.length, count);
        assert.ok(count <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof StoredDataError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
