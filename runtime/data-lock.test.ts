import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lockDataFolder } from './data-lock.ts';

describe('the lock of a data folder', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-lock-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is had by one at a time and can be had again', () => {
    const lock = lockDataFolder(folder);
    assert.throws(() => lockDataFolder(folder), /Cannot use .*: another process is using it/);
    lock.release();
    lockDataFolder(folder).release();
  });

  it('writes nothing, so that it can be had on a full disk', async () => {
    const empty = join(folder, 'empty');
    const lock = lockDataFolder(empty);
    const files = await readdir(empty);
    const { size } = await stat(join(empty, 'lock'));
    lock.release();
    assert.deepEqual([files, size], [['lock'], 0]);
  });

  it('ends with the process that had it, however that ended', async () => {
    const program = `
      import { lockDataFolder } from ${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)};
      lockDataFolder(${JSON.stringify(folder)});
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    assert.throws(() => lockDataFolder(folder), /another process/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDataFolder(folder).release();
  });

  it('says when the folder cannot be made or written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    assert.throws(() => lockDataFolder(join(file, 'below')), /Cannot write to .*--data-dir/);
    if (process.platform === 'linux')
      assert.throws(() => lockDataFolder('/proc/none/data'), /Cannot write to/);
    if (process.getuid?.() === 0) return; // root may write anywhere
    const closed = join(folder, 'closed');
    lockDataFolder(closed).release();
    await chmod(closed, 0o500);
    assert.throws(() => lockDataFolder(join(closed, 'x')), /Cannot write to/);
  });
});
