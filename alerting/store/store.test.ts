import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openDatabase } from './database.ts';
import type { NewOutboxRow } from './outbox.ts';
import { createStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${++files}.db`);

let messages = 0;
const row = (over: Partial<NewOutboxRow> = {}): NewOutboxRow => ({
  messageId: `m${++messages}`,
  groupKey: 'g',
  receiver: 'r',
  integration: 'email[0]',
  state: 'pending',
  reason: '',
  createdMs: 1,
  dueMs: 1,
  firing: ['a'],
  resolved: [],
  status: 'firing',
  subject: '',
  text: '',
  payload: null,
  problem: null,
  alerts: [],
  route: null,
  ...over,
});

describe('the store', () => {
  it('opens a new file, an old one again, and says what to do about a broken one', () => {
    const file = fresh();
    createStore(openDatabase(file)).close();
    createStore(openDatabase(file)).close();
    const broken = fresh();
    writeFileSync(broken, 'this is no database, however long it goes on '.repeat(50));
    assert.throws(
      () => openDatabase(broken),
      /Cannot use .*not a database.*Restore it from a backup, or move it away/,
    );
    const future = fresh();
    const database = openDatabase(future);
    database.exec('PRAGMA user_version = 99');
    database.close();
    assert.throws(() => openDatabase(future), /written by another version of Tocsin \(format 99/);
  });

  it('remembers what a message kept, for those of its group that follow, until the group begins anew', () => {
    const store = createStore(openDatabase(fresh()));
    const { outbox } = store;
    const add = (messageId: string, over: Partial<NewOutboxRow> = {}) => {
      outbox.add(row({ messageId, reason: 'new alerts added', state: 'recorded', ...over }));
      return outbox.ofGroup(over.groupKey ?? 'g', 1)[0]!;
    };
    const first = add('1', { reason: 'first notification' });
    assert.equal(outbox.keptFor(first), null);
    outbox.keep(first.id, { ts: '1' });
    const second = add('2');
    assert.deepEqual(outbox.keptFor(second), { ts: '1' });
    outbox.keep(second.id, { ts: '1' });
    assert.equal(outbox.keptFor(add('3', { integration: 'email[1]' })), null);
    assert.equal(outbox.keptFor(add('4', { groupKey: 'h' })), null);
    // The first one is pruned.
    const third = add('5');
    outbox.prune(2, 0);
    assert.equal(outbox.get(first.id), null);
    outbox.keep(third.id, { ts: '1' });
    assert.deepEqual(outbox.keptFor(add('6')), { ts: '1' });
    const again = add('7', { reason: 'first notification' });
    assert.equal(outbox.keptFor(again), null);
    // One of before that is sent late belongs to what it belonged to.
    assert.deepEqual(outbox.keptFor(third), { ts: '1' });
    store.close();
  });

  it('keeps all of a transaction or nothing', () => {
    const store = createStore(openDatabase(fresh()));
    assert.throws(() =>
      store.transaction(() => {
        store.setMeta('a', '1');
        store.transaction(() => store.setMeta('b', '1'));
        throw new Error('no');
      }),
    );
    assert.equal(store.meta('a') ?? store.meta('b'), null);
    store.transaction(() => store.setMeta('a', '2'));
    assert.equal(store.meta('a'), '2');
    store.close();
  });

  it('takes back what waits when there is something newer to say, and not what is being sent', () => {
    const { outbox } = createStore(openDatabase(fresh()));
    outbox.add(row({ messageId: 'old' }));
    outbox.claim(outbox.due(1, 4)[0]!.id);
    outbox.add(row({ messageId: 'newer' }));
    outbox.add(row({ messageId: 'newest', firing: ['a', 'b'] }));
    outbox.add(row({ messageId: 'other group', groupKey: 'h' }));
    assert.deepEqual(
      outbox.history(10).map((each) => `${each.messageId} ${each.state}`),
      ['other group pending', 'newest pending', 'old claimed'],
    );
    assert.deepEqual(outbox.lastTold('g', 'r', 'email[0]')?.firing, ['a', 'b']);
    assert.equal(outbox.unsettled('g', 'r'), true);
  });

  it('gives of each lane the oldest messages that are due, of a group that is being told none', () => {
    const { outbox } = createStore(openDatabase(fresh()));
    outbox.add(row({ messageId: '1', groupKey: 'a', dueMs: 100 }));
    outbox.add(row({ messageId: '2', groupKey: 'b' }));
    outbox.add(row({ messageId: '3', groupKey: 'c' }));
    outbox.add(row({ messageId: '4', groupKey: 'a', integration: 'email[1]' }));
    const due = (perLane: number) => outbox.due(50, perLane).map((each) => each.messageId);
    assert.deepEqual(due(1), ['2', '4']);
    assert.deepEqual(due(4), ['2', '3', '4']);
    assert.equal(outbox.nextDueMs(), 1);
    outbox.claim(2);
    outbox.add(row({ messageId: '5', groupKey: 'b' }));
    assert.deepEqual(due(4), ['3', '4']);
  });

  it('forgets old history, and never the last word to a group', () => {
    const { outbox } = createStore(openDatabase(fresh()));
    outbox.add(row({ messageId: 'only', groupKey: 'quiet', state: 'recorded' }));
    for (let i = 0; i < 20; i++) outbox.add(row({ state: 'would_send', groupKey: 'busy' }));
    outbox.prune(5, 0);
    assert.equal(outbox.history(100).length, 5);
    assert.equal(outbox.lastTold('quiet', 'r', 'email[0]')?.messageId, 'only');
  });
});
