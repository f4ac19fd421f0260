import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemHost } from '@tocsin/runtime/host.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createHostAgent } from './agent.ts';
import { type HostAgentConfig, partTarget } from './config.ts';
import { type Receiver, startReceiver } from './testing/receiver.case.ts';

const folder = await mkdtemp(join(tmpdir(), 'tocsin-agent-'));
const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
after(async () => {
  for (const close of closing.reverse()) await close();
});

function agentFor(sendTo: string, config: Partial<HostAgentConfig> = {}) {
  let targets = config.targets ?? [];
  const agent = createHostAgent(
    {
      clock: systemClock,
      random: systemRandom,
      disk: systemDisk,
      host: systemHost,
      client: createHttpClient(),
      scrapeClient: createHttpClient(),
      log: silentLog,
      registry: createMetricsRegistry('agent', '0'),
      reloadConfig: () => ({ targets }),
    },
    {
      listen: { host: '127.0.0.1', port: 0 },
      sendTo,
      token: null,
      folder,
      targets,
      instance: 'here',
      intervalMs: 1_000,
      ...config,
    },
  );
  const get = async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${agent.address.port}${path}`, { method });
    return { status: answer.status, text: await answer.text() };
  };
  const retarget = (next: HostAgentConfig['targets']): void => {
    targets = next;
  };
  return { agent, get, retarget };
}
async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  closing.push(() => started.stop());
  return started;
}
const times = (from: Receiver, name: string) =>
  from.samples.filter(({ labels }) => labels['__name__'] === name).map(({ timestampMs }) => timestampMs);

test('this host is reported from the first second, with job, instance and layer', async () => {
  const aggregator = await receiver();
  const { agent, get } = agentFor(aggregator.url);
  await agent.start();
  await aggregator.until(() => aggregator.samples.length > 0);
  const load = aggregator.samples.find(({ labels }) => labels['__name__'] === 'node_load1');
  assert.deepEqual(
    { ...load!.labels },
    { __name__: 'node_load1', instance: 'here', job: 'node', layer: 'system' },
  );
  assert.equal((await get('/-/healthy')).status, 200);
  assert.equal((await get('/-/ready')).status, 200);
  assert.match((await get('/metrics')).text, /tocsin_agent_samples_collected_total [1-9]/);
  assert.equal((await get('/none')).status, 404);
  await agent.stop();
});

test('what was collected while the aggregator was away arrives in order, over a restart of the agent too', async () => {
  const aggregator = await receiver();
  await aggregator.stop();
  const first = agentFor(aggregator.url).agent;
  await first.start();
  await systemClock.sleep(1_500);
  await first.stop();
  const second = agentFor(aggregator.url).agent;
  await second.start();
  await aggregator.restart();
  await aggregator.until(() => times(aggregator, 'node_load1').length >= 4);
  await second.stop();
  const seen = times(aggregator, 'node_load1');
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  const gaps = seen.slice(1).map((at, i) => at - seen[i]!);
  assert.ok(Math.max(...gaps) < 6_000, `gaps ${gaps.join()}`);
});

test('targets are scraped, listed, and exchanged by a reload', async () => {
  const target = createServer(
    (_request, response) => void response.end('orders_total{layer="business"} 5\n'),
  );
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  closing.push(() => target.close());
  closing.push(() => target.closeAllConnections());
  const aggregator = await receiver();
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  const { agent, get, retarget } = agentFor(aggregator.url, { targets: [partTarget('shop', address, null)] });
  await agent.start();
  const find = (name: string) =>
    aggregator.samples.findLast(({ labels }) => labels['__name__'] === name && labels['job'] === 'tocsin');
  await aggregator.until(() => find('orders_total') !== undefined);
  assert.deepEqual(
    { ...find('orders_total')!.labels },
    {
      __name__: 'orders_total',
      instance: address,
      job: 'tocsin',
      layer: 'business',
      part: 'shop',
    },
  );
  assert.equal(find('up')!.value, 1);
  const listed = JSON.parse((await get('/api/v1/targets')).text);
  assert.equal(listed.data.activeTargets[0].health, 'up');

  retarget([]);
  assert.equal((await get('/-/reload', 'POST')).status, 200);
  await aggregator.until(() => find('orders_total')!.stale && find('up')!.stale);
  assert.deepEqual(JSON.parse((await get('/api/v1/targets')).text).data.activeTargets, []);
  await agent.stop();
});

test('stopping takes no longer than it may, with a target and an aggregator that hang', async () => {
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  closing.push(() => hanging.close());
  closing.push(() => hanging.closeAllConnections());
  const address = `127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  const { agent } = agentFor(`http://${address}`, { targets: [partTarget('x', address, null)] });
  await agent.start();
  await systemClock.sleep(2_100);
  const startMs = performance.now();
  await agent.stop();
  assert.ok(performance.now() - startMs < 4_000);
});
