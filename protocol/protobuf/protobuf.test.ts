import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isStale, writeStale } from '../series/stale.ts';
import { DecodeError } from './decode-error.ts';
import { ProtobufReader } from './reader.ts';
import { ProtobufWriter } from './writer.ts';

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyUint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

function roundTrip<T>(write: (writer: ProtobufWriter) => void, read: (reader: ProtobufReader) => T): T {
  const writer = new ProtobufWriter(1);
  write(writer);
  const reader = new ProtobufReader(writer.finish());
  assert.equal(reader.next(), true);
  assert.equal(reader.field, 7);
  const value = read(reader);
  assert.equal(reader.next(), false);
  return value;
}

describe('protobuf', () => {
  it('reads what the specification writes', () => {
    // protobuf.dev/programming-guides/encoding: field 1 = 150, then field 2 = "testing".
    const reader = new ProtobufReader(
      Uint8Array.of(0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67),
    );
    assert.equal(reader.next(), true);
    assert.equal(reader.uint32(), 150);
    assert.equal(reader.next(), true);
    assert.equal(reader.string(), 'testing');
    assert.equal(reader.next(), false);
  });

  it('carries every 64-bit integer exactly', () => {
    fc.assert(
      fc.property(anyInt64, anyUint64, (signed, unsigned) => {
        const int = roundTrip(
          (writer) => writer.int(7, signed),
          (reader) => reader.exactInt64(),
        );
        assert.equal(BigInt(int), signed);
        assert.equal(
          roundTrip(
            (writer) => writer.fixed64(7, unsigned),
            (reader) => reader.bigFixed64(),
          ),
          unsigned,
        );
        const sfixed = roundTrip(
          (writer) => writer.sfixed64(7, signed),
          (reader) => reader.exactSfixed64(),
        );
        assert.equal(BigInt(sfixed), signed);
      }),
    );
  });

  it('carries integers in numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeNat(), fc.integer(), (signed, unsigned, small) => {
        assert.equal(
          roundTrip(
            (writer) => writer.int(7, signed),
            (reader) => reader.int64(),
          ),
          signed,
        );
        assert.equal(
          roundTrip(
            (writer) => writer.uint(7, unsigned),
            (reader) => reader.uint64(),
          ),
          unsigned,
        );
        assert.equal(
          roundTrip(
            (writer) => writer.sint(7, small),
            (reader) => reader.sint32(),
          ),
          small,
        );
        // Adding zero makes 0 of -0, which no integer on the wire can be.
        const half = Math.trunc(signed / 2) + 0;
        assert.equal(
          roundTrip(
            (writer) => writer.sint(7, half),
            (reader) => reader.sint64(),
          ),
          half,
        );
      }),
    );
  });

  it('carries doubles and strings, and messages of any length', () => {
    fc.assert(
      fc.property(fc.double(), fc.string({ unit: 'grapheme' }), fc.nat(40_000), (double, text, size) => {
        assert.equal(
          roundTrip(
            (writer) => writer.double(7, double),
            (reader) => reader.double(),
          ),
          double,
        );
        assert.equal(
          roundTrip(
            (writer) => writer.string(7, text),
            (reader) => reader.string(),
          ),
          text,
        );
        const content = 'x'.repeat(size);
        const inner = roundTrip(
          (writer) => {
            const mark = writer.begin(7);
            writer.string(1, content);
            writer.end(mark);
          },
          (reader) => {
            const outer = reader.enter();
            reader.next();
            const value = reader.string();
            assert.equal(reader.next(), false);
            reader.leave(outer);
            return value;
          },
        );
        assert.equal(inner, content);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the bits of a stale marker', () => {
    const values = new Float64Array(1);
    writeStale(values, 0);
    const words = new Uint32Array(values.buffer);
    const read = roundTrip(
      (writer) => {
        writer.doubleTag(7);
        writer.rawWords(words[0]!, words[1]!);
      },
      (reader) => reader.double(),
    );
    assert.equal(isStale(read), true);
  });

  it('names the offset of a fault', () => {
    const cases: readonly [bytes: number[], detail: RegExp][] = [
      [[0x08], /at byte 1: truncated varint/],
      [[0x00], /field number 0/],
      [[0x12, 0x05, 0x61], /at byte 2: field 2 claims 5 bytes, 1 are left/],
      [[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f], /claims 4294967295 bytes/],
      [[0x12, 0x01, 0xff], /not valid UTF-8/],
      [[0x09, 0x00], /truncated fixed64/],
      [[0x0b], /unsupported wire type 3/],
      [[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], /above 64 bits/],
      [[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0x01], /longer than 10 bytes/],
    ];
    for (const [bytes, detail] of cases) {
      const reader = new ProtobufReader(Uint8Array.from(bytes));
      assert.throws(
        () => {
          while (reader.next()) {
            if (reader.field === 2) reader.string();
            else reader.skip();
          }
        },
        (error: unknown) => error instanceof DecodeError && detail.test(error.message),
        detail.source,
      );
    }
  });

  it('a sub-message cannot read beyond itself', () => {
    const reader = new ProtobufReader(Uint8Array.of(0x0a, 0x02, 0x12, 0x02, 0x61, 0x61));
    reader.next();
    reader.enter();
    reader.next();
    assert.throws(() => reader.string(), DecodeError);
  });

  it('ends or throws a DecodeError on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const reader = new ProtobufReader(bytes);
        try {
          while (reader.next()) reader.skip();
          assert.equal(reader.position, bytes.length);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
          assert.ok(error.offset >= 0 && error.offset <= bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
