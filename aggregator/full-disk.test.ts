import assert from 'node:assert/strict';
import { it } from 'node:test';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { createAggregator } from './aggregator.ts';

it('started on a full disk it says so, and asks to be started afresh', async () => {
  const random = createSeededRandom(1);
  const disk = createSimulatedDisk(random);
  const clock = createSimulatedClock();
  disk.setFreeBytes(0);
  const reasons: unknown[] = [];
  const part = createAggregator(
    {
      clock,
      disk,
      random,
      log: silentLog,
      registry: createMetricsRegistry('aggregator', '0'),
      restart: (reason) => void reasons.push(reason),
    },
    { listen: { host: '127.0.0.1', port: 0 }, otlpListen: null, folder: '/aggregator', retention: [] },
  );
  await part.start();
  await clock.advance(1_000);
  const ready = await fetch(`http://127.0.0.1:${part.address.port}/-/ready`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /Cannot open the store: ENOSPC/);
  assert.equal(reasons.length, 0);
  await clock.advance(10_000);
  assert.match(String(reasons[0]), /ENOSPC/);
  await part.stop();
});
