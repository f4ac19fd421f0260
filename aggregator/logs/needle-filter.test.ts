import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import fc from 'fast-check';
import { buildNeedleFilter, mayHold, NEEDLE_BYTES_MIN } from './needle-filter.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('needle filter', () => {
  it('never rules out a part of a text it was built from', () => {
    const text = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.string({ maxLength: 80 }).map(bytes));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(), (texts, at, length) => {
        const filter = buildNeedleFilter(texts);
        for (const one of texts) {
          const start = at % (one.length + 1);
          assert.ok(mayHold(filter, one.subarray(start, start + (length % (one.length - start + 1)))));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('rules out most others, nearly all long ones', () => {
    const random = createSeededRandom(7);
    const id = (length: number): string => Buffer.from(random.bytes(length)).toString('hex');
    const texts = Array.from({ length: 2000 }, (_, i) =>
      bytes(`order ${i} of customer ${id(4)} trace ${id(16)}`),
    );
    const filter = buildNeedleFilter(texts);
    let short = 0;
    let long = 0;
    for (let i = 0; i < 1000; i++) {
      if (mayHold(filter, bytes(id(4)))) short++;
      if (mayHold(filter, bytes(id(16)))) long++;
    }
    assert.ok(short < 300, `${short} of 1000 needles of 8 bytes passed`);
    assert.equal(long, 0);
    // Smaller than the ids it answers for.
    assert.ok(filter.length < 2000 * 12, `${filter.length} bytes`);
    assert.ok(mayHold(filter, bytes('x'.repeat(NEEDLE_BYTES_MIN - 1))));
  });
});
