import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { ingestLogCases, readAll } from './ingest-log.case.test.ts';
import { JournalCorruptError, JournalOverloadError } from './journal-error.ts';
import { openLocalJournal } from './local-journal.ts';

const limits = { segmentBytesMax: 1_000, waitingBytesMax: 100_000 };
const open = (disk: Disk, folder = '/journal', changed: Partial<typeof limits> = {}) =>
  openLocalJournal(disk, { folder, ...limits, ...changed });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

ingestLogCases('the local journal on a simulated disk', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  return { open: () => open(disk) };
});

const temporary: string[] = [];
after(async () => {
  for (const folder of temporary) await rm(folder, { recursive: true });
});
ingestLogCases('the local journal on the machine', async () => {
  const folder = await mkdtemp(`${tmpdir()}/tocsin-journal-`);
  temporary.push(folder);
  return { open: () => open(systemDisk, `${folder}/journal`) };
});

test('appends that wait together share one sync', async () => {
  const journal = await open(createSimulatedDisk(createSeededRandom(1)));
  const first = journal.append(1, [bytes('first')]);
  const others = Array.from({ length: 50 }, () => journal.append(1, [bytes('other')]));
  await Promise.all([first, ...others]);
  assert.equal(journal.counters.records, 51);
  assert.ok(journal.counters.syncs <= 2, `${journal.counters.syncs} syncs`);
  await journal.close();
});

test('refuses more than may wait, and takes it later', async () => {
  const journal = await open(createSimulatedDisk(createSeededRandom(1)), '/journal', {
    waitingBytesMax: 100,
  });
  const first = journal.append(1, [new Uint8Array(80)]);
  await assert.rejects(journal.append(1, [new Uint8Array(80)]), JournalOverloadError);
  await first;
  await journal.append(1, [new Uint8Array(80)]);
  assert.equal(journal.counters.refused, 1);
  await journal.close();
});

test('closes every file it opened, also those a full disk spoilt', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  let opened = 0;
  const counting: Disk = {
    ...disk,
    async open(...how) {
      const file = await disk.open(...how);
      opened++;
      return {
        ...file,
        close: () => {
          opened--;
          return file.close();
        },
      };
    },
  };
  const journal = await open(counting);
  disk.setFreeBytes(0);
  for (let i = 0; i < 5; i++) await assert.rejects(journal.append(1, [bytes('no room')]), /ENOSPC/);
  assert.equal(opened, 1);
  disk.setFreeBytes(Number.POSITIVE_INFINITY);
  await journal.append(1, [bytes('room')]);
  await journal.close();
  assert.equal(opened, 0);
});

test('a full disk refuses, and the journal goes on by itself when there is room', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const journal = await open(disk);
  await journal.append(1, [bytes('before')]);
  disk.setFreeBytes(20);
  await assert.rejects(journal.append(1, [new Uint8Array(200)]), /ENOSPC/);
  await assert.rejects(journal.append(1, [new Uint8Array(200)]), /ENOSPC/);
  disk.setFreeBytes(Number.POSITIVE_INFINITY);
  await journal.append(1, [bytes('after')]);
  await journal.close();
  const again = await open(disk);
  assert.deepEqual(
    (await readAll(again)).map((record) => record.text),
    ['before', 'after'],
  );
  await again.close();
});

test('a flipped bit in a finished segment is an error that names the file', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const journal = await open(disk);
  for (let i = 0; i < 30; i++) await journal.append(1, [new Uint8Array(100)]);
  await journal.close();
  const [oldest] = await disk.list('/journal');
  disk.flipBit(`/journal/${oldest!.name}`, 8 * 300);
  const again = await open(disk);
  await assert.rejects(readAll(again), (error: unknown) => {
    assert.ok(error instanceof JournalCorruptError);
    assert.match(error.message, new RegExp(oldest!.name));
    return true;
  });
  await again.close();
});

test('nothing acknowledged is lost and nothing is out of order over 500 power cuts', async () => {
  for (let seed = 1; seed <= 500; seed++) await powerCut(seed);
});

/** One life of a journal: appends, power goes at a random operation, and again; then everything is read. */
async function powerCut(seed: number): Promise<void> {
  const random = createSeededRandom(seed);
  const disk = createSimulatedDisk(random);
  const acknowledged: number[] = [];
  let number = 0;
  for (let life = 0; life < 3; life++) {
    let operations = random.below(60);
    disk.onOperation = () => {
      if (operations-- === 0) {
        disk.onOperation = () => undefined;
        disk.cutPower();
        throw new Error('power cut');
      }
    };
    try {
      const journal = await open(disk, '/journal', { segmentBytesMax: 300 });
      for (let burst = 0; burst < 10; burst++) {
        const appends = Array.from({ length: 1 + random.below(4) }, async () => {
          const mine = number++;
          await journal.append(1, [bytes(`${mine} `.padEnd(8 + random.below(150), 'x'))]);
          acknowledged.push(mine);
        });
        const results = await Promise.allSettled(appends);
        if (results.some((result) => result.status === 'rejected')) break;
      }
    } catch (error) {
      assert.match(String(error), /power cut/);
    }
  }
  disk.onOperation = () => undefined;
  disk.cutPower();
  const journal = await open(disk);
  const found = (await readAll(journal)).map((record) => Number.parseInt(record.text, 10));
  const missing = acknowledged.filter((mine) => !found.includes(mine));
  assert.deepEqual(missing, [], `seed ${seed}`);
  assert.deepEqual(
    found,
    [...found].sort((a, b) => a - b),
    `seed ${seed}`,
  );
  await journal.close();
}
