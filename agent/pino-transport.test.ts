import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { startReceiver } from './testing/receiver.case.ts';

test('as a transport of pino the lines arrive, also those of a program’s last moment', async () => {
  const receiver = await startReceiver();
  const target = new URL('./pino-transport.ts', import.meta.url).href;
  const script = `import { pino } from 'pino';
    const log = pino(pino.transport({ target: ${JSON.stringify(target)}, options: { service: 'shop', url: '${receiver.url}' } }));
    log.info('first');
    log.error({ cart: 7 }, 'last');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const texts = receiver.logs.map(({ record }) => (record.body.kind === 'string' ? record.body.value : ''));
  assert.deepEqual(texts, ['first', 'last']);
  const own = receiver.samples.filter(({ labels }) => labels['__name__'] === 'tocsin_client_misuses_total');
  assert.equal(own[0]!.labels['thread'], 'logs');
  await receiver.stop();
});
