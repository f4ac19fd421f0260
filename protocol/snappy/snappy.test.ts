import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../protobuf/decode-error.ts';
import { decodeSnappy } from './decode.ts';
import { encodeSnappy } from './encode.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

// Runs and repeats, as real input has, beside noise.
const compressible = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 200 })), { maxLength: 20 })
  .map((runs) =>
    Uint8Array.from(
      runs.flatMap(([bytes, times]) =>
        Array(times)
          .fill([...bytes])
          .flat(),
      ),
    ),
  );

test('decodes the elements of the format description', () => {
  // Literal "abc", a copy of one-byte distance, an overlapping one, one of two bytes, one of four.
  const block = [16, 2 << 2, 97, 98, 99, 1, 3, 2 | (2 << 2), 3, 0, 3 | (5 << 2), 1, 0, 0, 0];
  assert.equal(new TextDecoder().decode(decodeSnappy(Uint8Array.from(block), 100)), 'abcabcabcaaaaaaa');
});

test('gives back what was encoded', () => {
  fc.assert(
    fc.property(fc.oneof(compressible, fc.uint8Array({ maxLength: 2_000 })), (bytes) => {
      assert.deepEqual(decodeSnappy(encodeSnappy(bytes), bytes.length), bytes);
    }),
  );
  // Copies of every distance and length around the steps in which bytes are moved.
  for (let distance = 1; distance <= 12; distance++)
    for (let size = 4; size <= 64; size++) {
      const start = Uint8Array.from({ length: distance }, (_, i) => 65 + i);
      const block = [distance + size, (distance - 1) << 2, ...start, ((size - 1) << 2) | 2, distance, 0];
      const expected = Uint8Array.from({ length: distance + size }, (_, i) => start[i % distance]!);
      assert.deepEqual(decodeSnappy(Uint8Array.from(block), 1_000), expected);
    }
  for (const length of [0, 1, 60, 61, 256, 257, 65_535, 65_536, 65_537, 300_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i) >>> 7);
    assert.deepEqual(decodeSnappy(encodeSnappy(bytes), length), bytes);
  }
});

test('makes repeats small', () => {
  assert.ok(encodeSnappy(text('{"level":"info"}\n'.repeat(1_000))).length < 2_000);
});

test('reuses a buffer that is large enough', () => {
  const reuse = new Uint8Array(64);
  const decoded = decodeSnappy(encodeSnappy(text('hello')), 64, reuse);
  assert.equal(decoded.buffer, reuse.buffer);
  assert.equal(new TextDecoder().decode(decoded), 'hello');
});

test('refuses a block that claims too much before allocating it', () => {
  const bomb = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]);
  assert.throws(() => decodeSnappy(bomb, 1_000_000), /limit is 1000000/);
  assert.throws(() => decodeSnappy(bomb, 2 ** 40), /cannot be/);
});

test('throws only DecodeError, whatever the bytes', () => {
  const damaged = fc
    .tuple(compressible, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
    .map(([bytes, changes, cut]) => {
      const block = encodeSnappy(bytes);
      for (const [at, value] of changes) block[at % block.length] = value;
      return block.subarray(0, cut % (block.length + 1));
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        assert.ok(decodeSnappy(bytes, 100_000).length <= 100_000);
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
