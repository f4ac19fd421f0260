import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runCommandLine } from '../main.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-rules-'));
after(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
writeFileSync(at('a.rules.yml'), 'groups:\n- name: g\n  rules:\n  - { record: a, expr: up + 1 }\n');
const test = (name: string, value: number) =>
  `  - name: ${name}
    input_series: [{ series: up, values: 1x5 }]
    promql_expr_test: [{ expr: a, eval_time: 1m, exp_samples: [{ labels: a, value: ${value} }] }]
`;
writeFileSync(at('good.yml'), `rule_files: ['*.rules.yml', gone.yml]\ntests:\n${test('fine', 2)}`);
writeFileSync(at('bad.yml'), `rule_files: [a.rules.yml]\ntests:\n${test('fine', 2)}${test('wrong', 3)}`);

async function run(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const output = { write: (text: string) => (out += text), complain: (text: string) => (err += text) };
  const status = await runCommandLine(['test', ...words], {}, output);
  return { status, out, err };
}

describe('tocsin test rules', () => {
  it('runs files beside their rules and warns of a pattern without a file', async () => {
    const { status, out, err } = await run('rules', at('good.yml'));
    assert.equal(status, 0);
    assert.match(out, /^Unit Testing: {2}.*good\.yml\n {2}SUCCESS \(1 test\)\n$/);
    assert.equal(err, '  WARNING: no file matches gone.yml\n');
  });

  it('fails by status, names file and line, and writes JUnit', async () => {
    const { status, err } = await run(
      'rules',
      at('good.yml'),
      at('bad.yml'),
      '--diff',
      '--junit',
      at('j.xml'),
    );
    assert.equal(status, 1);
    assert.match(err, /bad\.yml:8: wrong: expression a at 60 s\n {2}- a 3\n {2}\+ a 2\n$/);
    assert.match(readFileSync(at('j.xml'), 'utf8'), /tests="2" failures="1"/);
  });

  it('chooses by name', async () => {
    assert.equal((await run('rules', at('bad.yml'), '--run', '^fi')).status, 0);
    assert.match(
      (await run('rules', at('bad.yml'), '--run', '(')).err,
      /--run: "\(" is no regular expression/,
    );
  });

  it('refuses what it does not understand', async () => {
    assert.equal((await run('rules', at('gone.yml'))).status, 1);
    for (const words of [[], ['rules'], ['dashboards', 'x.yml']])
      assert.equal((await run(...words)).status, 2);
  });
});
