import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadRuleFile } from '../rule-file/load-rule-file.ts';
import { runFolderFile } from '../unit-test/run-folder-file.case.ts';

const folder = new URL('./', import.meta.url);
const packs = readdirSync(folder).flatMap((name) => /^([a-z]+)\.yml$/.exec(name)?.[1] ?? []);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

describe("shipped packs' own unit tests", () => {
  for (const pack of packs) {
    it(`${pack}: all pass`, async () => {
      assert.deepEqual(await runFolderFile(folder, `${pack}.test.yml`), []);
    });
    it(`${pack}: every alert is seen firing`, () => {
      const tests = read(`${pack}.test.yml`);
      for (const group of loadRuleFile(pack, read(`${pack}.yml`))) {
        for (const { kind, name } of group.rules)
          if (kind === 'alerting') assert.ok(tests.includes(`{alertname="${name}"}`), name);
      }
    });
  }
});
