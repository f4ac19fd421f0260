import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runFolderFile } from './run-folder-file.case.ts';

const folder = new URL('./testdata/', import.meta.url);
const files = readdirSync(folder).filter((name) => /^(pass|fail)-/.test(name));

// What is not about histograms, fuzzy comparison, start times or the default interval was also given to promtool 2.42,
// which judged each file the same; the rest follows Prometheus 3's documentation.
describe('verdicts on files of unit tests', () => {
  it('covers both', () => {
    assert.ok(files.filter((name) => name.startsWith('pass')).length > 30);
    assert.ok(files.filter((name) => name.startsWith('fail')).length > 30);
  });
  for (const name of files) {
    it(name, async () => {
      const failures = await runFolderFile(folder, name);
      if (name.startsWith('pass')) assert.deepEqual(failures, []);
      else assert.ok(failures.length > 0, 'it passes');
      for (const failure of failures) assert.match(failure, /^(fail-[\w-]+|[\w-]+\.rules)\.yml:\d+: /);
    });
  }
});
