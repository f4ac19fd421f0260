import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xxhash64 } from './xxhash64.ts';

test('hashes what others hash, at every length up to beyond a stripe', () => {
  // Of the reference implementation.
  assert.equal(xxhash64(new Uint8Array(0)), 0xef46db3751d8e999n);
  assert.equal(xxhash64(Buffer.from('a')), 0xd24ec4f1a98c6e5bn);
  assert.equal(xxhash64(Buffer.from('as')), 0x1c330fb2d66be179n);
  assert.equal(xxhash64(Buffer.from('asd')), 0x631c37ce72a97393n);
  assert.equal(xxhash64(Buffer.from('asdf')), 0x415872f599cea71en);
  assert.equal(
    xxhash64(Buffer.from('Call me Ishmael. Some years ago--never mind how long precisely-')),
    0x02a2e85470d6fd96n,
  );
});
