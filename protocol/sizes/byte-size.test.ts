import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseByteSize } from './byte-size.ts';

test('reads sizes as people write them, and nothing else', () => {
  for (const [text, bytes] of [
    ['32MiB', 33_554_432],
    ['500KB', 500_000],
    ['1 GiB', 1_073_741_824],
    ['7B', 7],
    ['1024', 1_024],
    ['0', 0],
  ] as const)
    assert.equal(parseByteSize(text), bytes, text);
  for (const text of ['', 'MiB', '1.5MiB', '-1', '1mib', '1KiBB', '99999999999999999GiB', '0x10', '1e3'])
    assert.equal(parseByteSize(text), null, text);
});

test('never throws, and gives whole bytes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bytes = parseByteSize(text);
      assert.ok(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0));
    }),
  );
});
