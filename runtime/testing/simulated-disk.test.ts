import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytes, describeDisk, text } from './disk.case.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createSimulatedDisk } from './simulated-disk.ts';

describeDisk('the simulated disk', async () => {
  const disk = createSimulatedDisk(createSeededRandom(1));
  await disk.makeFolder('/d');
  return { disk, folder: '/d' };
});

describe('power cuts on the simulated disk', () => {
  it('never lose what was synced, and do lose some of what was not', async () => {
    let lost = 0;
    let torn = 0;
    for (let seed = 0; seed < 200; seed++) {
      const disk = createSimulatedDisk(createSeededRandom(seed));
      await disk.makeFolder('/d');
      const file = await disk.open('/d/log');
      await file.append([bytes('durable')]);
      await file.datasync();
      await file.append([bytes('+volatile')]);
      disk.cutPower();
      await assert.rejects(file.append([bytes('x')]), { code: 'EIO' });
      const left = text(await disk.readFile('/d/log'));
      assert.ok(left.startsWith('durable'), left);
      assert.ok(left.length <= 'durable+volatile'.length);
      if (left === 'durable') lost++;
      else if (left !== 'durable+volatile') torn++;
    }
    assert.ok(lost > 0 && torn > 0, `lost ${lost}, torn ${torn}`);
  });

  it('replace a file atomically or not at all', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const disk = createSimulatedDisk(createSeededRandom(seed));
      await disk.makeFolder('/d');
      await disk.writeFileAtomic('/d/f', bytes('old'));
      let operations = seed % 7;
      disk.onOperation = () => {
        if (operations-- === 0) disk.cutPower();
      };
      await disk
        .writeFileAtomic('/d/f', bytes('new'))
        .catch((error: { code?: string }) => assert.equal(error.code, 'EIO'));
      disk.onOperation = () => undefined;
      seen.add(text(await disk.readFile('/d/f')));
    }
    assert.deepEqual([...seen].sort(), ['new', 'old']);
  });

  it('forget a rename whose folder was not synced, sometimes', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const disk = createSimulatedDisk(createSeededRandom(seed));
      await disk.makeFolder('/d');
      await disk.writeFileAtomic('/d/a', bytes('x'));
      await disk.rename('/d/a', '/d/b');
      disk.cutPower();
      seen.add((await disk.list('/d')).map((entry) => entry.name).join());
    }
    assert.ok(seen.has('a') && seen.has('b'), [...seen].join(' | '));
  });

  it('report a full disk and take again when there is room', async () => {
    const disk = createSimulatedDisk(createSeededRandom(1));
    await disk.makeFolder('/d');
    disk.setFreeBytes(4);
    const file = await disk.open('/d/f');
    await assert.rejects(file.append([bytes('too long')]), { code: 'ENOSPC' });
    assert.equal(file.size(), 0);
    disk.setFreeBytes(100);
    await file.append([bytes('fits now')]);
    assert.equal(text(await disk.readFile('/d/f')), 'fits now');
  });
});
