import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { queryLogs, queryVector } from '../stack/clients.ts';
import { eventually } from '../stack/eventually.ts';
import { freePorts } from '../stack/free-ports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');

const SERVICE = `
import { createAgent } from '@tocsin/agent';
const tocsin = createAgent({ service: 'packed', url: process.argv[2] });
tocsin.counter({ name: 'packed_orders_total', help: 'Orders.', layer: 'business' }).inc(2);
tocsin.logger().warn({ order: 1 }, 'a line of the packed library');
await tocsin.shutdown();
`;

// What the declarations must accept and what they must refuse.
const TYPED = `
import { createAgent } from '@tocsin/agent';
const tocsin = createAgent({ service: 'typed' });
tocsin.counter({ name: 'a_total', help: 'A.', layer: 'business', labelNames: ['kind'] }).inc({ kind: 'x' });
// @ts-expect-error a layer is one of three
tocsin.gauge({ name: 'b', help: 'B.', layer: 'finance' });
// @ts-expect-error the service's name is needed
createAgent({});
`;

describe('the packed library and command, installed into an empty folder', () => {
  let folder = '';
  before(async () => {
    execFileSync(process.execPath, ['gate/pack.ts'], {
      cwd: ROOT,
      env: withBin(),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    folder = await mkdtemp(join(tmpdir(), 'tocsin-packed-'));
    await writeFile(
      join(folder, 'package.json'),
      '{ "name": "newcomer", "private": true, "type": "module" }\n',
    );
    const tarballs = (await readdir(join(ROOT, 'dist'))).filter((name) => name.endsWith('.tgz'));
    assert.equal(tarballs.length, 2, tarballs.join());
    const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional'];
    execFileSync('npm', [...install, ...tarballs.map((name) => join(ROOT, 'dist', name))], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('run: the command starts all parts, the library reports to it', async () => {
    const [dashboard, aggregator, otlp, alerting, agent] = await freePorts(5);
    const ports = { dashboard, aggregator, otlp, alerting, agent };
    const listen = Object.entries(ports).map(([name, port]) => `${name}: 127.0.0.1:${port}`);
    await writeFile(join(folder, 'tocsin.yaml'), `listen: { ${listen.join(', ')} }\n`);
    const up = spawn(join(folder, 'node_modules/.bin/tocsin'), ['up'], {
      cwd: folder,
      env: withBin(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk) => (output += chunk));
    const exited = once(up, 'exit');
    const url = `http://127.0.0.1:${aggregator}`;
    try {
      await eventually('tocsin up', async () => (output.includes('Tocsin is running') ? true : undefined));
      await writeFile(join(folder, 'service.js'), SERVICE);
      execFileSync(process.execPath, ['service.js', url], { cwd: folder, timeout: 30_000 });
      await eventually('the metric', async () => {
        const [sample] = await queryVector(url, 'last_over_time(packed_orders_total[5m])');
        return sample?.value[1] === '2' ? true : undefined;
      });
      await eventually('the line', async () =>
        (await queryLogs(url, '{service_name="packed"}')).length > 0 ? true : undefined,
      );
      const page = await fetch(`http://127.0.0.1:${dashboard}/`);
      assert.match(await page.text(), /<div id="page">/);
      const rules: { data: { groups: unknown[] } } = JSON.parse(
        await (await fetch(`http://127.0.0.1:${alerting}/api/v1/rules`)).text(),
      );
      assert.ok(rules.data.groups.length > 0, 'the shipped packs came along');
    } catch (error) {
      throw new Error(`The packed command printed:\n${output}`, { cause: error });
    } finally {
      up.kill('SIGTERM');
      await exited;
    }
    assert.deepEqual(await exited, [0, null], output);
  });

  it('type: the declarations say what the library takes', async () => {
    await writeFile(join(folder, 'typed.ts'), TYPED);
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'esnext',
      '--types',
      'node',
      '--typeRoots',
      join(ROOT, 'node_modules/@types'),
    ];
    const { status, output } = await run(join(BIN, 'tsc'), [...options, 'typed.ts'], folder);
    assert.equal(status, 0, output);
  });
});

function withBin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${BIN}:${process.env['PATH']}` };
}

async function run(
  program: string,
  words: readonly string[],
  cwd: string,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [status] = await once(child, 'exit');
  return { status, output };
}
