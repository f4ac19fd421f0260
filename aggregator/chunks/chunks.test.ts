import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import fc from 'fast-check';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { decodeIntegers, encodeIntegers, INTEGER_MAX } from './integer-column.ts';
import { decodeValues, encodeValues } from './value-column.ts';

const bits = (values: Float64Array): readonly number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length * 2),
];

function integersThrough(values: Float64Array): { readonly back: Float64Array; readonly bytes: number } {
  const writer = new ByteWriter();
  encodeIntegers(writer, values, values.length);
  const back = new Float64Array(values.length);
  const reader = new ByteReader(writer.finish());
  decodeIntegers(reader, back, 0, values.length);
  assert.equal(reader.remaining, 0);
  return { back, bytes: writer.length };
}

function valuesThrough(values: Float64Array): { readonly back: Float64Array; readonly bytes: number } {
  const writer = new ByteWriter();
  encodeValues(writer, values, 0, values.length);
  const back = new Float64Array(values.length);
  const reader = new ByteReader(writer.finish());
  decodeValues(reader, back, 0, values.length);
  assert.equal(reader.remaining, 0);
  return { back, bytes: writer.length };
}

const integer = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 0, max: 100_000 }),
  fc.double({ min: -INTEGER_MAX, max: INTEGER_MAX, noNaN: true }).map(Math.round),
);
const column = (value: fc.Arbitrary<number>) =>
  fc.array(value, { minLength: 1, maxLength: 200 }).map((values) => Float64Array.from(values));

test('integers come back', () => {
  fc.assert(
    fc.property(column(integer), (values) => {
      const positive = values.map((value) => value + 0);
      assert.deepEqual(integersThrough(positive).back, positive);
    }),
    { numRuns: 1_000 },
  );
});

test('values come back bit by bit, whatever they are', () => {
  const special = fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 1.7e308, 2 ** 53, 0.1);
  const decimal = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(6)).map(([n, e]) => n / 10 ** e);
  const mostly = (common: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 30, arbitrary: common }, { weight: 1, arbitrary: special });
  fc.assert(
    fc.property(
      fc.oneof(column(fc.double()), column(mostly(decimal)), column(mostly(integer)), column(special)),
      (values) => {
        assert.deepEqual(bits(valuesThrough(values).back), bits(values));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a stale marker stays one, among integers and doubles', () => {
  for (const filler of [1, 0.1 + 0.2]) {
    const values = new Float64Array(64).map((_, i) => filler * i);
    const words = new Uint32Array(values.buffer);
    words[63 * 2] = 2;
    words[63 * 2 + 1] = 0x7ff00000;
    assert.deepEqual(bits(valuesThrough(values).back), bits(values));
  }
});

test('what is regular is small', () => {
  const random = createSeededRandom(1);
  const perSample = (make: (i: number) => number) =>
    valuesThrough(Float64Array.from({ length: 480 }, (_, i) => make(i))).bytes / 480;
  let counter = 1e9;
  const counterBytes = perSample(() => (counter += random.below(100)));
  assert.ok(counterBytes < 0.92, `counter ${counterBytes}`);
  const ratioBytes = perSample(() => random.below(10_000) / 10_000);
  assert.ok(ratioBytes < 1.8, `ratio ${ratioBytes}`);
  const doubleBytes = perSample(() => random.next() * 1_000);
  assert.ok(doubleBytes < 7, `double ${doubleBytes}`);
  assert.ok(perSample(() => 12.5) < 0.02);
  const steady = Float64Array.from({ length: 480 }, (_, i) => i * 15_000);
  assert.ok(integersThrough(steady).bytes < 12);
  const gap = steady.map((time, i) => (i > 200 ? time + 3_600_000 : time));
  assert.ok(integersThrough(gap).bytes < 24, `gap ${integersThrough(gap).bytes}`);
});

test('damaged columns end in StoredDataError or other numbers, never otherwise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 130 }), (bytes, count) => {
      try {
        decodeValues(new ByteReader(bytes), new Float64Array(count), 0, count);
      } catch (error) {
        assert.ok(error instanceof StoredDataError, String(error));
      }
    }),
    { numRuns: 3_000 },
  );
});
