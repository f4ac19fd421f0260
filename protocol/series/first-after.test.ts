import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstAfter, firstAfterFrom } from './first-after.ts';

test('a search goes on from where an earlier one ended and finds the same', () => {
  const times = fc.array(fc.nat(300), { maxLength: 300 }).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.array(fc.nat(320), { maxLength: 40 }), (sorted, asked) => {
      const timestampsMs = Float64Array.from(sorted);
      let from = 0;
      for (const timeMs of asked.sort((a, b) => a - b)) {
        const found = firstAfterFrom(timestampsMs, timeMs, from);
        assert.equal(found, sorted.filter((one) => one <= timeMs).length);
        assert.equal(found, firstAfter(timestampsMs, timeMs));
        from = found;
      }
    }),
  );
});
