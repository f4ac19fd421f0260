import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disk } from '../disk.ts';

/** What every Disk does; run against the system's and the simulated one. */
export function describeDisk(name: string, create: () => Promise<{ disk: Disk; folder: string }>): void {
  describe(name, () => {
    it('appends, reads at a position, truncates', async () => {
      const { disk, folder } = await create();
      const file = await disk.open(`${folder}/a`);
      assert.equal(await file.append([bytes('hello '), bytes('world')]), 0);
      assert.equal(await file.append([bytes('!')]), 11);
      assert.equal(file.size(), 12);
      const target = new Uint8Array(8);
      assert.equal(await file.read(target, 6), 6);
      assert.equal(text(target.subarray(0, 6)), 'world!');
      await file.truncate(5);
      await file.append([bytes('?')]);
      await file.datasync();
      await file.close();
      assert.equal(text(await disk.readFile(`${folder}/a`)), 'hello?');
      assert.equal(await disk.size(`${folder}/a`), 6);
      assert.equal(await disk.size(`${folder}/missing`), null);
    });

    it('keeps what is there when opened again, and empties it when asked', async () => {
      const { disk, folder } = await create();
      for (const part of ['one', 'two']) {
        const file = await disk.open(`${folder}/b`);
        await file.append([bytes(part)]);
        await file.close();
      }
      assert.equal(text(await disk.readFile(`${folder}/b`)), 'onetwo');
      await (await disk.open(`${folder}/b`, { truncate: true })).close();
      assert.equal(await disk.size(`${folder}/b`), 0);
    });

    it('says ENOENT for what is missing', async () => {
      const { disk, folder } = await create();
      const missing = { code: 'ENOENT' };
      await assert.rejects(disk.readFile(`${folder}/none`), missing);
      await assert.rejects(disk.open(`${folder}/none`, { readOnly: true }), missing);
      await assert.rejects(disk.open(`${folder}/none`, { create: false }), missing);
      await assert.rejects(disk.rename(`${folder}/none`, `${folder}/x`), missing);
      await disk.unlink(`${folder}/none`);
      assert.deepEqual(await disk.list(`${folder}/none`), []);
    });

    it('lists, renames, links and removes', async () => {
      const { disk, folder } = await create();
      await disk.makeFolder(`${folder}/deep/er`);
      await disk.writeFileAtomic(`${folder}/deep/f`, bytes('v1'));
      await disk.writeFileAtomic(`${folder}/deep/f`, bytes('v2'));
      assert.deepEqual(await disk.list(`${folder}/deep`), [
        { name: 'er', kind: 'folder' },
        { name: 'f', kind: 'file' },
      ]);
      await disk.link(`${folder}/deep/f`, `${folder}/deep/er/g`);
      await disk.rename(`${folder}/deep/f`, `${folder}/deep/h`);
      assert.equal(text(await disk.readFile(`${folder}/deep/h`)), 'v2');
      await disk.unlink(`${folder}/deep/h`);
      assert.equal(text(await disk.readFile(`${folder}/deep/er/g`)), 'v2');
      await disk.rename(`${folder}/deep`, `${folder}/moved`);
      assert.equal(text(await disk.readFile(`${folder}/moved/er/g`)), 'v2');
      await disk.removeFolder(`${folder}/moved`);
      assert.deepEqual(await disk.list(`${folder}/moved`), []);
      assert.ok((await disk.freeBytes(folder)) > 0);
    });
  });
}

export function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

export function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
