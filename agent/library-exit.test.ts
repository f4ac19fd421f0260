import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { type ReceivedSample, type Receiver, startReceiver } from './testing/receiver.case.ts';

const receivers: Receiver[] = [];
after(async () => {
  for (const receiver of receivers) await receiver.stop();
});
async function setUp(): Promise<Receiver> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  return receiver;
}
function runs(receiver: Receiver): readonly ReceivedSample[] {
  return receiver.samples.filter(({ labels }) => labels['__name__'] === 'runs_total');
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly tookMs: number;
}
async function runHost(script: string, url: string, onOutput?: (pid: number) => void): Promise<Ended> {
  const library = new URL('./library.ts', import.meta.url).href;
  const source = `import { createAgent } from '${library}';
    const agent = createAgent({ service: 'host', url: '${url}' });
    agent.counter({ name: 'runs_total', help: 'x' }).inc();
    const log = agent.logger();
    log.info('hello');
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: import.meta.dirname,
    stdio: 'pipe',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    if (output.includes('hello')) onOutput?.(child.pid!);
  });
  const startMs = performance.now();
  const [code, signal] = await once(child, 'close');
  assert.match(output, /"msg":"hello"/);
  return { code, signal, tookMs: performance.now() - startMs };
}

test('a program with the library ends by itself, and its last words arrive', async () => {
  const receiver = await setUp();
  const ended = await runHost('', receiver.url);
  assert.equal(ended.code, 0);
  assert.equal(runs(receiver)[0]?.value, 1);
  assert.deepEqual(
    receiver.logs.map(({ record }) => record.body),
    [{ kind: 'string', value: 'hello' }],
  );
});

test('a program ends by itself when the server hangs or is down', async () => {
  const receiver = await setUp();
  receiver.treat = () => ({ kind: 'hang' });
  const hung = await runHost('', receiver.url);
  assert.equal(hung.code, 0);
  assert.ok(hung.tookMs < 5_000, `${hung.tookMs} ms`);
  const down = await runHost('', 'http://127.0.0.1:1');
  assert.equal(down.code, 0);
});

test('SIGTERM still ends a program, with its status, after the last values are sent', async () => {
  const receiver = await setUp();
  const ended = await runHost('setInterval(() => {}, 1000);', receiver.url, (pid) =>
    process.kill(pid, 'SIGTERM'),
  );
  assert.equal(ended.signal, 'SIGTERM');
  assert.equal(runs(receiver).at(-1)?.stale, true);
});

test('a program that handles SIGTERM itself decides when it ends', async () => {
  const receiver = await setUp();
  const script =
    "process.on('SIGTERM', () => setTimeout(() => process.exit(7), 300)); setInterval(() => {}, 1000);";
  const ended = await runHost(script, receiver.url, (pid) => process.kill(pid, 'SIGTERM'));
  assert.equal(ended.code, 7);
  assert.equal(runs(receiver)[0]?.value, 1);
});
