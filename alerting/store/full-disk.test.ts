import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { openDatabase } from './database.ts';
import { createStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-full-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('names the full disk as the reason, and takes writes again when there is room', () => {
  const database = openDatabase(join(folder, 'alerting.db'));
  const store = createStore(database);
  const save = () => store.transaction(() => store.setMeta('k', 'x'.repeat(2_000_000)));
  database.exec('PRAGMA max_page_count = 40');
  assert.throws(save, /database or disk is full/);
  database.exec('PRAGMA max_page_count = 100000');
  save();
  assert.equal(store.meta('k')?.length, 2_000_000);
  store.close();
});
