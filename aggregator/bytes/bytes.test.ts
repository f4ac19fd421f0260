import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteReader, StoredDataError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const EDGES = [0, 1, 63, 64, 127, 128, 8_191, 8_192, 16_383, 16_384, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32];
const natural = fc.oneof(
  fc.nat(300),
  fc.constantFrom(...EDGES, ...EDGES.map((edge) => edge + 1)),
  fc.maxSafeNat(),
);
const signed = fc
  .tuple(natural, fc.boolean())
  .map(([size, isNegative]) => Math.floor(size / 2) * (isNegative && size > 1 ? -1 : 1));

describe('stored numbers', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(natural, signed)), (numbers) => {
        const writer = new ByteWriter(1);
        for (const [unsigned, either] of numbers) {
          writer.varint(unsigned);
          writer.zigzag(either);
        }
        const reader = new ByteReader(writer.peek());
        for (const [unsigned, either] of numbers) {
          assert.equal(reader.varint(), unsigned);
          assert.equal(reader.zigzag(), either);
        }
        assert.equal(reader.remaining, 0);
      }),
    );
  });

  it('are refused when they are cut short or too long, and never read beyond the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(12), (bytes, end) => {
        const reader = new ByteReader(bytes, 0, Math.min(end, bytes.length));
        try {
          while (reader.remaining > 0) reader.varint();
        } catch (error) {
          assert.ok(error instanceof StoredDataError);
        }
        assert.ok(reader.position <= reader.end);
      }),
    );
    assert.throws(() => new ByteReader(Uint8Array.of(0x80)).varint(), StoredDataError);
    assert.throws(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint(), /too long/);
  });
});
