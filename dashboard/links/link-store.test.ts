import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import { StoreError } from '../store/store-error.ts';
import { createLinkStore, isOwnAddress } from './link-store.ts';

test('an address gets a short name, always the same, and the name leads back', async () => {
  const store = createLinkStore(createSimulatedDisk(createSeededRandom(1)), '/links');
  const address = '/explore?expr=sum(rate(a%5B5m%5D))&last=6h';
  const id = await store.shorten(address);
  assert.match(id, /^[\w-]{10}$/);
  assert.equal(await store.shorten(address), id);
  assert.equal(await store.resolve(id), address);
  for (const other of ['0000000000', '../secret', '', 'x'.repeat(10_000)])
    assert.equal(await store.resolve(other), null);
});

test('a short link never leads to another host', async () => {
  const store = createLinkStore(createSimulatedDisk(createSeededRandom(1)), '/links');
  for (const bad of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    '/a b',
    '/\n',
  ])
    await assert.rejects(store.shorten(bad), StoreError, bad);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string().map((text) => `/${text}`),
      ),
      (address) => {
        if (isOwnAddress(address)) assert.equal(new URL(address, 'http://here.test').host, 'here.test');
      },
    ),
  );
});
