import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { createDashboardStore } from './dashboard-store.ts';
import { StoreError } from './store-error.ts';

function createStore(home = true) {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const place = {
    files: async () => (await disk.list('/d')).map(({ name }) => `/d/${name}`),
    home: home ? { folder: '/d', extension: '.yml' } : null,
  };
  return { disk, store: createDashboardStore(disk, place) };
}
const refused = (status: number, pattern: RegExp) => (error: unknown) =>
  error instanceof StoreError && error.status === status && pattern.test(error.message);
const text = (title: string) => `title: ${title}\npanels: []\n`;

test('a dashboard is written as a file, read back, changed and removed', async () => {
  const { disk, store } = createStore();
  const first = await store.write('shop', text('Shop'), null);
  assert.equal(new TextDecoder().decode(await disk.readFile('/d/shop.yml')), text('Shop'));
  const second = await store.write('shop', text('The shop'), first.revision);
  assert.deepEqual(await store.read('shop'), second);
  assert.deepEqual(
    (await store.list()).map(({ name, title, problem }) => [name, title, problem]),
    [['shop', 'The shop', null]],
  );
  await store.remove('shop', second.revision);
  assert.deepEqual(await store.list(), []);
});

test('whoever began from an older text is told so, and the newer text stays', async () => {
  const { store } = createStore();
  const first = await store.write('shop', text('A'), null);
  await store.write('shop', text('B'), first.revision);
  await assert.rejects(
    store.write('shop', text('C'), first.revision),
    refused(409, /changed by someone else/),
  );
  await assert.rejects(store.write('shop', text('C'), null), refused(409, /already/));
  await assert.rejects(store.remove('shop', first.revision), refused(409, /changed/));
  assert.equal((await store.read('shop')).text, text('B'));
  await assert.rejects(store.write('gone', text('C'), first.revision), refused(409, /not there any more/));
});

test('of two changes at once one wins and the other is told', async () => {
  const { store } = createStore();
  const { revision } = await store.write('shop', text('A'), null);
  const outcomes = await Promise.allSettled(
    ['B', 'C'].map((title) => store.write('shop', text(title), revision)),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('what could not be shown is not written, and names stay in their folder', async () => {
  const { disk, store } = createStore();
  await assert.rejects(store.write('shop', 'title: [', null), refused(422, /^shop\.yml:1: Cannot read YAML/));
  await assert.rejects(store.write('shop', 'panels: []', null), refused(422, /title is missing/));
  for (const name of ['../x', 'a/b', '', '.hidden', 'x'.repeat(101)])
    await assert.rejects(store.write(name, text('A'), null), refused(400, /letters/), name);
  assert.deepEqual(await disk.list('/d'), []);
  await assert.rejects(
    createStore(false).store.write('shop', text('A'), null),
    refused(409, /names no folder/),
  );
});

test('a broken file is listed with its problem', async () => {
  const { disk, store } = createStore();
  await disk.makeFolder('/d');
  await disk.writeFileAtomic('/d/bad.yml', new TextEncoder().encode('title: A\npanels:\n  - draw: x\n'));
  const [entry] = await store.list();
  assert.match(entry?.problem ?? '', /^bad\.yml:3: panels\[0\]\.draw/);
});
