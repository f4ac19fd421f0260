import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteTable } from './byte-table.ts';

test('numbers keys in order of arrival and finds them again, as a Map does', () => {
  const keys = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, keys, (added, asked) => {
      const table = new ByteTable(7);
      const model = new Map<string, number>();
      for (const key of added) {
        const name = key.join();
        if (!model.has(name)) model.set(name, model.size);
        assert.equal(table.add(key, 0, key.length), model.get(name));
      }
      for (const key of [...added, ...asked, ...added])
        assert.equal(table.find(key, 0, key.length), model.get(key.join()) ?? -1);
      assert.equal(table.size, model.size);
    }),
  );
});

test('holds many keys, whatever the order they are asked in', () => {
  const table = new ByteTable(1);
  const key = (i: number) => new TextEncoder().encode(`http_requests_total{instance="${i * 7919}"}`);
  for (let i = 0; i < 20_000; i++) assert.equal(table.add(key(i), 0, key(i).length), i);
  for (let i = 0; i < 20_000; i++) {
    const asked = (i * 7_919) % 20_000;
    assert.equal(table.find(key(asked), 0, key(asked).length), asked);
  }
  assert.deepEqual(table.keyOf(123), key(123));
});

test('takes a key longer than its blocks, inside a larger buffer', () => {
  const table = new ByteTable(1);
  const long = new Uint8Array(400_000).fill(7);
  assert.equal(table.add(long, 10, 400_000), 0);
  assert.equal(table.find(long.slice(), 0, 399_990), 0);
  assert.equal(table.find(long, 0, 400_000), -1);
});
