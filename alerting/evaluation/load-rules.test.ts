import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { loadRules } from './load-rules.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-load-rules-'));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const team of ['a', 'b']) {
  mkdirSync(join(folder, team));
  writeFileSync(join(folder, team, 'x.yml'), `groups: [{ name: ${team} }]`);
  writeFileSync(join(folder, team, 'notes.txt'), 'no rules');
}

const names = async (...rules: string[]) => (await loadRules(systemDisk, rules)).map((group) => group.name);

describe('loading what rules: names', () => {
  it('finds packs, files and globs, each file once', async () => {
    assert.deepEqual(await names('pack:host', 'pack:tocsin', 'pack:shop'), ['host', 'tocsin', 'shop']);
    assert.deepEqual(await names(join(folder, '*', '*.yml'), join(folder, 'a', 'x.yml')), ['a', 'b']);
    assert.deepEqual(await names(join(folder, '?', 'none-*.yml')), [], 'a glob may match nothing');
  });

  it('says what is missing', async () => {
    await assert.rejects(
      names('pack:nope'),
      /^ConfigError: pack:nope: there is no such pack; shipped are host, shop, tocsin$/,
    );
    await assert.rejects(names('pack:../x'), /a pack is named by lower-case letters/);
    await assert.rejects(
      names(join(folder, 'gone.yml')),
      /gone\.yml: cannot be read \(ENOENT\); create the file/,
    );
  });
});
