import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { createAggregator } from './aggregator.ts';

const NOW = systemClock.now();
const random = createSeededRandom(1);
const disk = createSimulatedDisk(random);
let part: Part;
let base = '';

async function startPart(): Promise<void> {
  const registry = createMetricsRegistry('aggregator', '0');
  part = createAggregator(
    { clock: systemClock, disk, random, log: silentLog, registry },
    {
      listen: { host: '127.0.0.1', port: 0 },
      otlpListen: null,
      folder: '/aggregator',
      retention: [{ match: '{}', keep: { raw: 'forever' } }],
      layers: [{ match: '{job="shop"}', layer: 'business' }],
      adminApi: true,
    },
  );
  await part.start();
  base = `http://127.0.0.1:${part.address.port}`;
  for (let tries = 0; tries < 500; tries++) {
    if ((await fetch(`${base}/-/ready`)).status === 200) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('the aggregator is not ready');
}

before(startPart);
after(() => part.stop());

async function write(labels: Record<string, string>, time: number, value: number): Promise<void> {
  const series = {
    labels: labelsFromObject(labels),
    timestampsMs: Float64Array.of(time),
    values: Float64Array.of(value),
  };
  const body = Buffer.from(encodeSnappy(encodeWriteRequestV1([series])));
  const answer = await fetch(`${base}/api/v1/write`, { method: 'POST', body });
  assert.equal(answer.status, 204);
}

async function data(path: string): Promise<unknown> {
  const answer = await fetch(base + path);
  const body = (await answer.json()) as { status: string; data: unknown };
  assert.equal(body.status, 'success', JSON.stringify(body));
  return body.data;
}

const query = (text: string, timeMs = NOW): Promise<unknown> =>
  data(`/api/v1/query?query=${encodeURIComponent(text)}&time=${timeMs / 1_000}`);

describe('the aggregator', () => {
  it('answers PromQL over what was just written, from the epoch on', async () => {
    await write({ __name__: 'orders_total', job: 'shop' }, NOW, 5);
    await write({ __name__: 'orders_total', job: 'shop' }, 0, 1);
    assert.deepEqual(await query('orders_total'), {
      resultType: 'vector',
      result: [
        { metric: { __name__: 'orders_total', job: 'shop', layer: 'business' }, value: [NOW / 1_000, '5'] },
      ],
    });
    assert.match(JSON.stringify(await query('orders_total', 0)), /\[0,"1"\]/);
  });

  it('lists series, label names and values', async () => {
    assert.deepEqual(await data('/api/v1/label/job/values'), ['shop']);
    assert.deepEqual(await data('/api/v1/labels'), ['__name__', 'job', 'layer']);
    assert.deepEqual(await data('/api/v1/series?match[]=orders_total'), [
      { __name__: 'orders_total', job: 'shop', layer: 'business' },
    ]);
  });

  it('remembers after a restart, and after compaction', async () => {
    const compacted = await fetch(`${base}/api/v1/admin/tsdb/compact`, { method: 'POST' });
    assert.ok(compacted.ok);
    await write({ __name__: 'orders_total', job: 'shop' }, NOW + 1_000, 6);
    await part.stop();
    await startPart();
    assert.match(JSON.stringify(await query('count_over_time(orders_total[1h])', NOW + 1_000)), /"2"/);
  });

  it('deletes what it is told to, and takes it anew', async () => {
    const deleted = await fetch(`${base}/api/v1/admin/tsdb/delete_series?match[]=orders_total`, {
      method: 'POST',
    });
    assert.ok(deleted.ok);
    assert.match(JSON.stringify(await query('orders_total', NOW + 1_000)), /"result":\[\]/);
    await write({ __name__: 'orders_total', job: 'shop' }, NOW, 7);
    assert.match(JSON.stringify(await query('orders_total', NOW + 1_000)), /"7"/);
  });

  it('counts itself', async () => {
    const text = await (await fetch(`${base}/metrics`)).text();
    assert.match(text, /tocsin_store_series 1\n/);
    assert.match(text, /tocsin_ingest_samples_total\{protocol="remote-write"\} \d/);
  });
});
