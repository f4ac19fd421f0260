import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_JOURNAL_LIMITS, type LocalJournal, openLocalJournal } from './local-journal.ts';

const open = (disk: Disk) => openLocalJournal(disk, { folder: '/j', ...DEFAULT_JOURNAL_LIMITS });

async function contents(journal: LocalJournal, from = journal.start()): Promise<string[]> {
  const found: string[] = [];
  for await (const { payload } of journal.read(from)) found.push(Buffer.from(payload).toString());
  return found;
}

async function write(journal: LocalJournal, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await journal.append(1, [Buffer.from(`record ${i}`)]);
}

describe('damage in a journal', () => {
  it('is put aside and named, never cut silently; positions go on behind it', async () => {
    for (const bit of [8 * 200, 8 * 30, 8 * 3]) {
      const disk = createSimulatedDisk(createSeededRandom(1));
      const journal = await open(disk);
      await write(journal, 0, 30);
      const end = journal.end();
      await journal.close();
      const [name] = (await disk.list('/j')).map((entry) => entry.name);
      disk.flipBit(`/j/${name}`, bit);

      const again = await open(disk);
      assert.equal(again.damaged.length, 1, `bit ${bit}`);
      assert.equal(again.end(), end);
      const before = await contents(again);
      assert.ok(before.length < 30 && before.every((text, i) => text === `record ${i}`));
      await write(again, 30, 33);
      await again.close();

      const third = await open(disk);
      assert.deepEqual(third.damaged, again.damaged);
      assert.deepEqual(await contents(third), [...before, 'record 30', 'record 31', 'record 32']);
      assert.deepEqual(await contents(third, end), ['record 30', 'record 31', 'record 32']);
      const aside = await disk.readFile(third.damaged[0]!);
      assert.ok(Buffer.from(aside).includes('record 29'), 'what was lost can still be looked at');
      await third.close();
    }
  });

  it('in the very last record cannot be told from a write that a crash cut short', async () => {
    const disk = createSimulatedDisk(createSeededRandom(1));
    const journal = await open(disk);
    await write(journal, 0, 3);
    await journal.close();
    const [name] = (await disk.list('/j')).map((entry) => entry.name);
    disk.flipBit(`/j/${name}`, 8 * ((await disk.size(`/j/${name}`))! - 1));
    const again = await open(disk);
    assert.deepEqual([again.damaged, await contents(again)], [[], ['record 0', 'record 1']]);
    await again.close();
  });
});
