import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commands } from './commands/commands.ts';
import { runCommandLine } from './main.ts';

async function run(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await runCommandLine(
    words,
    {},
    { write: (text) => (out += text), complain: (text) => (err += text) },
  );
  return { status, out, err };
}

describe('the command line', () => {
  it('has help for itself and for every command', async () => {
    const general = await run('--help');
    assert.equal(general.status, 0);
    for (const [name, load] of commands) {
      const command = await load();
      assert.equal(command.name, name);
      assert.ok(general.out.includes(name));
      const { status, out } = await run(command.name, '--help');
      assert.equal(status, 0);
      for (const option of command.options) assert.ok(out.includes(`--${option.name}`));
    }
  });

  it('answers bad usage with 2 and one line that says what to do', async () => {
    const cases: readonly (readonly [words: string[], message: RegExp])[] = [
      [['agregator'], /^tocsin: no command "agregator"; did you mean "aggregator"\?\n$/],
      [['up', '--colour'], /^tocsin: Unknown option '--colour'; see tocsin up --help\n$/],
      [['up', 'now'], /^tocsin: unexpected "now"; see tocsin up --help\n$/],
      [['aggregator', '--listen'], /^tocsin: .*--listen.*; see tocsin aggregator --help\n$/],
      [['aggregator', '--listen', 'nowhere'], /^tocsin: --listen: "nowhere" is not HOST:PORT/],
      [
        ['up', '--config', '/does/not/exist.yaml'],
        /^tocsin: \/does\/not\/exist\.yaml: cannot be read \(ENOENT\)/,
      ],
      [['check'], /^tocsin: name at least one file/],
    ];
    for (const [words, message] of cases) {
      const { status, err, out } = await run(...words);
      assert.deepEqual([status, out], [2, ''], words.join(' '));
      assert.match(err, message);
    }
    const nothing = await run();
    assert.equal(nothing.status, 2);
    assert.match(nothing.err, /usage: tocsin COMMAND/);
  });
});
