import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeWriteRequestV2 } from '@tocsin/protocol/remote-write/encode-v2.ts';
import { CONTENT_TYPES } from '@tocsin/protocol/remote-write/version.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { createAggregator } from './aggregator.ts';
import type { ReloadableConfig } from './config.ts';

const NOW = systemClock.now();
const random = createSeededRandom(1);
let reloaded: ReloadableConfig = { retention: [] };
const part = createAggregator(
  {
    clock: systemClock,
    disk: createSimulatedDisk(random),
    random,
    log: silentLog,
    registry: createMetricsRegistry('aggregator', '0'),
    reloadConfig: () => reloaded,
  },
  {
    listen: { host: '127.0.0.1', port: 0 },
    otlpListen: null,
    folder: '/aggregator',
    retention: [],
    token: 'the-shared-token',
    senders: [
      { name: 'shop', token: 'the-shop-token' },
      { name: 'till', token: 'the-till-token' },
    ],
    limits: { seriesPerSenderMax: 3, seriesOfSenderMax: { till: 1 }, requestBytesMax: 2_000 },
  },
);
let base = '';

async function ask(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(base + path, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token}` },
  });
}

before(async () => {
  await part.start();
  base = `http://127.0.0.1:${part.address.port}`;
  while ((await fetch(`${base}/-/ready`)).status !== 200)
    await new Promise((resolve) => setImmediate(resolve));
});
after(() => part.stop());

let ticks = 0;
async function send(token: string, names: readonly string[], version: '1.0' | '2.0' = '1.0') {
  ticks++;
  const series = names.map((i) => ({
    labels: labelsFromObject({ __name__: 'orders_total', i }),
    timestampsMs: Float64Array.of(NOW + ticks),
    values: Float64Array.of(ticks),
  }));
  const bytes = version === '1.0' ? encodeWriteRequestV1(series) : encodeWriteRequestV2(series);
  const answer = await ask(token, '/api/v1/write', {
    method: 'POST',
    headers: { 'content-type': CONTENT_TYPES[version] },
    body: Buffer.from(encodeSnappy(bytes)),
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

interface Row {
  readonly name: string;
  readonly value: number;
}

async function status(): Promise<{
  readonly seriesCountBySender: readonly Row[];
  readonly limits: readonly { name: string; max: number; refused: number }[];
  readonly refusedSeriesByLimit: readonly (Row & { limit: string })[];
  readonly headStats: { readonly numSeries: number; readonly numLabelPairs: number };
}> {
  const dataOf = async (path: string): Promise<object> =>
    ((await (await ask('the-shared-token', path)).json()) as { data: object }).data;
  return {
    ...(await dataOf('/api/v1/status/tsdb')),
    ...(await dataOf('/api/tocsin/v1/limits')),
  } as never;
}

describe('senders with tokens of their own', () => {
  it('are counted apart, and refused beyond their limit by name, while what they had goes on', async () => {
    assert.equal((await send('the-shop-token', ['1', '2', '3'])).status, 204);
    const refused = await send('the-shop-token', ['1', '4', '2']);
    assert.equal(refused.status, 400);
    assert.match(
      refused.text,
      /1 limit reached.*sender shop has 3 series, as many as limits\.series_per_sender allows: .*"4"/,
    );
    assert.equal((await send('the-shop-token', ['1', '2', '3'])).status, 204);
    // What one has brought, another may send too.
    assert.equal((await send('the-till-token', ['1'])).status, 204);
    assert.equal((await send('the-till-token', ['5'])).status, 204);
    const second = await send('the-till-token', ['5', '6'], '2.0');
    assert.match(second.text, /sender till has 1 series/);
    assert.equal(second.headers.get('x-prometheus-remote-write-samples-written'), '1');
    assert.equal((await send('the-shared-token', ['7'])).status, 204);
  });

  it('are shown with what they were refused', async () => {
    const { seriesCountBySender, limits, refusedSeriesByLimit, headStats } = await status();
    assert.deepEqual(seriesCountBySender, [
      { name: 'shop', value: 3 },
      { name: 'till', value: 1 },
      { name: 'shared', value: 1 },
    ]);
    assert.deepEqual(headStats.numSeries, 5);
    assert.equal(headStats.numLabelPairs, 6);
    assert.deepEqual(
      limits.filter(({ refused }) => refused > 0),
      [{ name: 'series_per_sender', max: 3, refused: 2 }],
    );
    assert.deepEqual(refusedSeriesByLimit, [
      { limit: 'series_per_sender', name: 'shop', value: 1 },
      { limit: 'series_per_sender', name: 'till', value: 1 },
    ]);
    const metrics = await (await ask('the-shared-token', '/metrics')).text();
    assert.match(metrics, /tocsin_store_refused_series_total\{limit="series_per_sender"\} 2\n/);
  });

  it('may only send', async () => {
    for (const path of ['/api/v1/query?query=1', '/metrics', '/api/v1/status/tsdb', '/loki/api/v1/labels'])
      assert.equal((await ask('the-shop-token', path)).status, 403, path);
    assert.equal((await send('no-such-token', ['1'])).status, 401);
  });

  it('come and go, and limits change, with a reload', async () => {
    reloaded = {
      retention: [],
      senders: [{ name: 'shop', token: 'another-token' }],
      limits: { seriesPerSenderMax: 4, requestBytesMax: 40 },
    };
    assert.equal((await ask('the-shared-token', '/-/reload', { method: 'POST' })).status, 200);
    assert.equal((await send('the-shop-token', ['1'])).status, 401);
    const tooLarge = await send('another-token', ['1', '2', '3']);
    assert.equal(tooLarge.status, 413);
    reloaded = { ...reloaded, limits: { seriesPerSenderMax: 4 } };
    assert.equal((await ask('the-shared-token', '/-/reload', { method: 'POST' })).status, 200);
    assert.equal((await send('another-token', ['4'])).status, 204);
    assert.match((await send('another-token', ['8'])).text, /sender shop has 4 series/);
  });
});
