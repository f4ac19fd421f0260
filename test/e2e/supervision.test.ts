import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { queryVector, writeSamples } from '../stack/clients.ts';
import { eventually } from '../stack/eventually.ts';
import { freePorts } from '../stack/free-ports.ts';
import { descendants, isRunning, PART_NAMES, partPids } from '../stack/processes.ts';
import { type Stack, startStack } from '../stack/stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const QUIET = { 'tocsin.yaml': 'log_level: warn\nrules: []\n' };

describe('supervision', () => {
  const stacks: Stack[] = [];
  const start = async (...options: Parameters<typeof startStack>): Promise<Stack> => {
    const stack = await startStack(...options);
    stacks.push(stack);
    return stack;
  };
  after(async () => {
    for (const stack of stacks) await stack.remove();
  });

  it('brings back each part that is killed, and the others keep working', async () => {
    const stack = await start({ files: QUIET });
    for (const part of PART_NAMES) {
      const others = PART_NAMES.filter((name) => name !== part);
      const before = others.map((name) => stack.pid(name));
      const tookMs = await stack.killAndAwait(part);
      console.log(`${part} back after ${tookMs.toFixed(0)} ms`);
      assert.deepEqual(
        others.map((name) => stack.pid(name)),
        before,
        'no other part was touched',
      );
    }
  });

  it('loses nothing acknowledged when the aggregator is killed', async () => {
    const stack = await start({ files: QUIET });
    let acknowledged = 0;
    const base = Date.now() - 600_000;
    let killed = false;
    const writing = (async () => {
      for (let i = 0; i < 400; i++) {
        try {
          await writeSamples(stack.urls.aggregator, { __name__: 'kill_test', i: String(i) }, [[base + i, i]]);
          acknowledged++;
        } catch {
          // Not acknowledged while it is away: nothing was promised.
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        if (i === 200) killed = true;
      }
    })();
    await eventually('half of the writes', async () => (killed ? true : undefined));
    await stack.killAndAwait('aggregator');
    await writing;
    const [count] = await queryVector(stack.urls.aggregator, 'count(last_over_time(kill_test[1h]))');
    assert.ok(acknowledged > 200);
    assert.ok(
      Number(count?.value[1]) >= acknowledged,
      `${count?.value[1]} stored of ${acknowledged} acknowledged`,
    );
  });

  it('ends the parts when the supervisor is killed, and the next start is clean', async () => {
    const stack = await start({ files: QUIET });
    await writeSamples(stack.urls.aggregator, { __name__: 'before_kill' }, [[Date.now(), 7]]);
    const pids = Object.values(partPids(stack.process.pid ?? 0));
    assert.equal(pids.length, PART_NAMES.length);
    stack.process.kill('SIGKILL');
    await eventually('all parts to end', async () => (pids.some(isRunning) ? undefined : true), 10_000);
    const again = await start({ files: QUIET, folder: stack.folder });
    const [sample] = await queryVector(again.urls.aggregator, 'last_over_time(before_kill[10m])');
    assert.equal(sample?.value[1], '7');
    assert.equal(await again.stop(), 0);
  });

  it('stops everything within 5 s when npm start gets SIGTERM', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-npm-'));
    const [dashboard, aggregator, otlp, alerting, agent] = await freePorts(5);
    const listen = Object.entries({ dashboard, aggregator, otlp, alerting, agent }).map(
      ([name, port]) => `${name}: 127.0.0.1:${port}`,
    );
    await writeFile(join(folder, 'tocsin.yaml'), `listen: { ${listen.join(', ')} }\nrules: []\n`);
    const npm = spawn('npm', ['start'], {
      cwd: ROOT,
      env: { ...process.env, TOCSIN_CONFIG: join(folder, 'tocsin.yaml') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    npm.stdout.on('data', (chunk) => (output += chunk));
    const exited = once(npm, 'exit');
    await eventually('the word that it runs', async () =>
      output.includes('Tocsin is running') ? true : undefined,
    );
    const family = descendants(npm.pid ?? 0);
    assert.ok(family.length >= 5, `supervisor and parts: ${family.length}`);
    const startMs = performance.now();
    npm.kill('SIGTERM');
    await exited;
    await eventually('all processes to end', async () => (family.some(isRunning) ? undefined : true), 10_000);
    const tookMs = performance.now() - startMs;
    await rm(folder, { recursive: true, force: true });
    assert.ok(tookMs < 5_000, `stopped after ${tookMs} ms`);
  });

  it('says what is wrong and touches nothing when a port or the data directory is taken', async () => {
    const stack = await start({ files: QUIET });
    const port = Number(new URL(stack.urls.alerting).port);
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-taken-'));
    try {
      const [dashboard, aggregator, otlp, agent] = await freePorts(4);
      const listen = `listen: { dashboard: 127.0.0.1:${dashboard}, aggregator: 127.0.0.1:${aggregator}, otlp: 127.0.0.1:${otlp}, agent: 127.0.0.1:${agent}, alerting: 127.0.0.1:`;
      await writeFile(join(folder, 'tocsin.yaml'), `${listen}${port} }\n`);
      const taken = await run(['up'], folder);
      assert.equal(taken.status, 1);
      assert.match(
        taken.output,
        new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${port} for alerting: another process is using it`),
      );
      assert.deepEqual(await readdir(folder), ['tocsin.yaml']);

      const [free] = await freePorts(1);
      await writeFile(join(folder, 'tocsin.yaml'), `${listen}${free} }\n`);
      const locked = await run(['up', '--data-dir', join(stack.folder, 'data')], folder);
      assert.equal(locked.status, 1);
      assert.match(locked.output, /Cannot use .*data: another process is using it/);
      const part = await run(
        ['aggregator', '--data-dir', join(stack.folder, 'data'), '--listen', '127.0.0.1:0'],
        folder,
      );
      assert.equal(part.status, 1);
      assert.match(part.output, /Cannot use .*aggregator: another process is using it/);

      await writeFile(join(folder, 'file'), '');
      const unwritable = await run(['up', '--data-dir', join(folder, 'file', 'data')], folder);
      assert.equal(unwritable.status, 1);
      assert.match(unwritable.output, /Cannot write to .*--data-dir/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('refuses to listen beyond loopback without a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-open-'));
    try {
      const result = await run(['aggregator', '--listen', '0.0.0.0:0'], folder);
      assert.equal(result.status, 1);
      assert.match(result.output, /only loopback .*auth\.token_file/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function run(
  words: readonly string[],
  cwd: string,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'cli/tocsin.js'), ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [status] = await once(child, 'exit');
  return { status, output };
}
