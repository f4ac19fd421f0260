import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStarts } from './parse-starts.ts';

test('start timestamps are noted from each sample', () => {
  assert.deepEqual(parseStarts('_ -30s-1mx2 0 _x2 1ms'), [
    null,
    -30_000,
    -90_000,
    -150_000,
    0,
    null,
    null,
    1,
  ]);
  const near = parseStarts('0-1mx1 -0msx1 +1m').map((start) => start! + 0);
  assert.deepEqual(near, [0, -60_000, 0, 0, 60_000]);
  assert.throws(() => parseStarts('5'), /no duration/);
  assert.throws(() => parseStarts('-1mx9999999'), /more than/);
});

test('any text is start timestamps or an error', () => {
  const pieces = fc.constantFrom('_', '-', '+', 'x', '1', '30', 's', 'm', 'ms', ' ', '0', 'é');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      try {
        for (const start of parseStarts(parts.join(''))) assert.ok(start === null || Number.isFinite(start));
      } catch (error) {
        assert.match(String(error), /^Error: /);
      }
    }),
  );
});
