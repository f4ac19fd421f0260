import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { checkSchema } from './check-schema.ts';
import { ConfigError } from './config-error.ts';
import { parseYamlFile } from './yaml-file.ts';

const schema = z.strictObject({
  data_dir: z.string().default('./data'),
  listen: z.strictObject({ dashboard: z.string(), aggregator: z.string().optional() }).optional(),
  rules: z.array(z.strictObject({ name: z.string(), every: z.number().optional() })).default([]),
  pick: z.union([z.string(), z.strictObject({ deep: z.number() })]).optional(),
});

function complaint(text: string): string {
  try {
    checkSchema(parseYamlFile('t.yaml', text), schema);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return 'accepted';
}

describe('checking a file against a schema', () => {
  it('fills in defaults, also for an empty file', () => {
    assert.deepEqual(checkSchema(parseYamlFile('t.yaml', ''), schema), { data_dir: './data', rules: [] });
    assert.deepEqual(checkSchema(parseYamlFile('t.yaml', '# nothing\n'), schema).data_dir, './data');
  });

  it('names the line of an unknown key and the key that was meant', () => {
    assert.equal(
      complaint('data_dir: x\nlisten:\n  dashboard: a\n  agregator: b\n'),
      't.yaml:4: unknown key "agregator" in listen; did you mean "aggregator"?',
    );
    assert.match(complaint('zzzzzzzzz: 1'), /^t\.yaml:1: unknown key "zzzzzzzzz"; remove it/);
    assert.match(complaint('rules:\n  - name: a\n  - nam: b\n'), /^t\.yaml:3: /);
  });

  it('names the line of a value of the wrong type', () => {
    assert.match(
      complaint('rules:\n  - name: a\n    every: soon\n'),
      /^t\.yaml:3: rules\[0\]\.every: expected number/,
    );
    assert.match(complaint('\n\ndata_dir: 7\n'), /^t\.yaml:3: data_dir: expected string/);
    assert.match(complaint('- a\n- b\n'), /^t\.yaml:1: the file: expected object/);
  });

  it('names the line of a missing key', () => {
    assert.match(complaint('data_dir: a\nlisten: {}\n'), /^t\.yaml:2: listen\.dashboard is missing/);
  });

  it('complains about the branch of a union that was meant', () => {
    assert.match(complaint('pick:\n  deep: x\n'), /^t\.yaml:2: pick\.deep: expected number/);
  });

  it('names the line of broken YAML', () => {
    assert.match(complaint('a: 1\nb: [1, 2\nc: "x'), /^t\.yaml:\d: Cannot read YAML: /);
    assert.match(complaint('a: 1\na: 2\n'), /^t\.yaml:2: Cannot read YAML: Map keys must be unique/);
    assert.match(complaint('a: 1\n\tb: 2\n'), /^t\.yaml:2: Cannot read YAML: /);
  });

  it('survives a bomb of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    assert.match(complaint(`a0: &a0 [x]\n${levels.join('\n')}\n`), /Cannot read YAML: /);
  });
});
