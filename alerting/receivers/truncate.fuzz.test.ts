import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { truncate } from './truncate.ts';
import { truncateBytes } from './truncate-bytes.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });

it('texts are cut to characters, never inside of one', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 40 }), (value, length) => {
      const cut = truncate(value, length);
      const [before, after] = [Array.from(value), Array.from(cut)];
      if (before.length <= length) assert.equal(cut, value);
      else {
        assert.equal(after.length, length);
        const kept = length <= 3 ? after : after.slice(0, -1);
        assert.deepEqual(kept, before.slice(0, kept.length));
        if (length > 3) assert.equal(after.at(-1), '…');
      }
    }),
  );
});

it('texts are cut to bytes, never inside of a character', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 3, max: 90 }), (value, length) => {
      const cut = truncateBytes(value, length);
      assert.ok(Buffer.byteLength(cut) <= length);
      assert.ok(!cut.includes('\ufffd'));
      if (Buffer.byteLength(value) <= length) assert.equal(cut, value);
      else assert.ok(cut.endsWith('…') && value.startsWith(cut.slice(0, -1)));
    }),
  );
});
