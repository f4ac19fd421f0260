import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import type { Parcel } from '../send/parcel.ts';
import { decodeRecord, encodeRecord, recordLength } from './record.ts';
import { openSpool, type Spool } from './spool.ts';

const folder = '/spool';

function parcel(id: number, bytes = 8): Parcel {
  const body = new Uint8Array(bytes);
  new DataView(body.buffer).setUint32(0, id);
  return { kind: 'metrics', items: 1, body };
}
function idOf(found: Parcel | null): number {
  assert.ok(found);
  return new DataView(found.body.buffer, found.body.byteOffset).getUint32(0);
}
function open(disk: Disk, drops: string[] = [], bytesMax = 100_000, segmentBytes = 1_000): Promise<Spool> {
  const onDrop = (items: number, reason: string) => void drops.push(`${reason}:${items}`);
  return openSpool({ disk, log: silentLog, onDrop }, { folder, bytesMax, segmentBytes });
}
async function drain(spool: Spool): Promise<number[]> {
  const ids: number[] = [];
  for (let next = await spool.first(); next; next = await spool.first()) {
    ids.push(idOf(next));
    await spool.remove(next);
  }
  return ids;
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('parcels come back in the order they were added, over many segments', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const spool = await open(disk);
  for (const id of range(0, 200)) await spool.add(parcel(id));
  assert.ok((await disk.list(folder)).length > 3);
  assert.deepEqual(await drain(spool), range(0, 200));
  assert.equal(spool.length, 0);
  assert.equal((await disk.list(folder)).length, 1, 'consumed segments are removed');
});

test('the next process goes on where this one stopped', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const first = await open(disk);
  for (const id of range(0, 100)) await first.add(parcel(id));
  for (const id of range(0, 30)) {
    const next = await first.first();
    assert.equal(idOf(next), id);
    await first.remove(next!);
  }
  await first.close();
  const second = await open(disk);
  await second.add(parcel(100));
  assert.deepEqual(await drain(second), range(30, 101));
});

test('beyond its bound the oldest go and are counted', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const drops: string[] = [];
  const spool = await open(disk, drops, 4_000, 500);
  for (const id of range(0, 500)) await spool.add(parcel(id, 20));
  assert.ok(spool.bytes <= 4_000);
  const ids = await drain(spool);
  assert.deepEqual(ids, range(500 - ids.length, 500));
  const dropped = drops.reduce((sum, drop) => sum + Number(drop.split(':')[1]), 0);
  assert.equal(dropped + ids.length, 500);
});

test('a parcel dropped while it was being sent is not confused with its successor', async () => {
  const spool = await open(createSimulatedDisk(createSeededRandom(1)), [], 1_000, 200);
  await spool.add(parcel(0, 20));
  const sending = await spool.first();
  for (const id of range(1, 100)) await spool.add(parcel(id, 20));
  const before = spool.length;
  await spool.remove(sending!);
  assert.equal(spool.length, before);
});

test('on a full disk parcels wait in memory and are written once there is room', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  const spool = await open(disk);
  for (const id of range(0, 10)) await spool.add(parcel(id));
  disk.setFreeBytes(13);
  for (const id of range(10, 20)) await spool.add(parcel(id));
  disk.setFreeBytes(Number.POSITIVE_INFINITY);
  await spool.add(parcel(20));
  await spool.close();
  assert.deepEqual(await drain(await open(disk)), range(0, 21));
});

test('what was settled survives a power cut at any moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 0, max: 60 }),
      fc.nat(20),
      async (seed, cutAt, removed) => {
        const random = createSeededRandom(seed);
        const disk = createSimulatedDisk(random);
        const spool = await open(disk);
        for (const id of range(0, 40)) await spool.add(parcel(id));
        await spool.settle();
        let operations = 0;
        disk.onOperation = () => {
          if (operations++ === cutAt) disk.cutPower();
        };
        for (let i = 0; i < removed; i++) {
          const next = await spool.first().catch(() => null);
          if (next) await spool.remove(next);
          await spool.add(parcel(1_000 + i));
        }
        disk.onOperation = () => undefined;
        disk.cutPower();
        const ids = await drain(await open(disk));
        const old = ids.filter((id) => id < 1_000);
        assert.deepEqual(
          old,
          range(40 - old.length, 40),
          'the settled ones, without the delivered, in order',
        );
        assert.ok(old.length >= 40 - removed);
      },
    ),
    { numRuns: 60 },
  );
});

test('random bytes in a spool file are cut, counted and never throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, afterHeader) => {
      const disk = createSimulatedDisk(createSeededRandom(1));
      await disk.makeFolder(folder);
      const file = await disk.open(`${folder}/000000000000.spool`);
      if (afterHeader) await file.append([Uint8Array.of(0x54, 0x4f, 0x43, 0x53, 0x50, 0x4c, 0, 1)]);
      await file.append([bytes]);
      const spool = await open(disk);
      await spool.add(parcel(7));
      assert.deepEqual(await drain(spool), [7]);
    }),
  );
});

test('records round-trip, and one flipped bit is always noticed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(2 ** 40), fc.nat(), (body, sequence, bit) => {
      const value = { kind: 'parcel', sequence, parcel: { kind: 'logs', items: 3, body } } as const;
      const bytes = encodeRecord(value);
      assert.deepEqual(decodeRecord(bytes), value);
      assert.equal(recordLength(bytes, 1_000), bytes.length);
      const at = bit % (bytes.length * 8);
      bytes[at >> 3]! ^= 1 << (at & 7);
      assert.equal(decodeRecord(bytes), null);
    }),
  );
});
