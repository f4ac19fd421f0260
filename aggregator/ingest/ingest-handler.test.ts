import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { decodeExportResponse } from '@tocsin/protocol/otlp/export-response.ts';
import type { MetricsRequest } from '@tocsin/protocol/otlp/metric.ts';
import { encodeMetricsRequest } from '@tocsin/protocol/otlp/metrics-encode.ts';
import { encodeMetricsRequestJson } from '@tocsin/protocol/otlp/metrics-json-encode.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeWriteRequestV2 } from '@tocsin/protocol/remote-write/encode-v2.ts';
import { CONTENT_TYPES } from '@tocsin/protocol/remote-write/version.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore } from '../store/metric-store.ts';
import { createIngestHandler } from './ingest-handler.ts';
import { createIngestMetrics } from './ingest-metrics.ts';

const NOW = systemClock.now();
const limits = { ...DEFAULT_AGGREGATOR_LIMITS, requestBytesMax: 20_000, uncompressedBytesMax: 50_000 };
const random = createSeededRandom(1);
const disk = createSimulatedDisk(random);
const store = createMetricStore(
  { clock: systemClock, disk, random, log: silentLog },
  { folder: '/metrics', limits, retention: [], owners: 2 },
);
const registry = createMetricsRegistry('aggregator', '0');
const handler = createIngestHandler({
  clock: systemClock,
  log: silentLog,
  store,
  limits: () => limits,
  senderOf: () => 'test',
  metrics: createIngestMetrics(registry),
});
const server = createServer((request, response) => {
  if (!handler(request, response)) response.writeHead(404).end();
});
let base = '';

before(async () => {
  await store.open();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await store.close();
});

const post = (
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<Response> => fetch(base + path, { method: 'POST', body: Buffer.from(body), headers });

async function stored(labels: Record<string, string>): Promise<readonly (readonly [number, number])[]> {
  const matchers = Object.entries(labels).map(([name, value]) => ({ kind: '=' as const, name, value }));
  const selection = { matchers, minTimestampMs: 0, maxTimestampMs: NOW + 600_000 };
  const found = await store.select(selection, new AbortController().signal);
  return found.flatMap(({ timestampsMs, values }) =>
    Array.from(timestampsMs, (time, i) => [time, values[i]!] as const),
  );
}

const one = (labels: Record<string, string>, time = NOW, value = 1): WriteSeries => ({
  labels: labelsFromObject(labels),
  timestampsMs: Float64Array.of(time),
  values: Float64Array.of(value),
});

describe('remote write', () => {
  it('1.0 answers 204 once the samples can be queried', async () => {
    const body = encodeSnappy(encodeWriteRequestV1([one({ __name__: 'v1' })]));
    const answer = await post('/api/v1/write', body, { 'content-encoding': 'snappy' });
    assert.equal(answer.status, 204);
    assert.deepEqual(await stored({ __name__: 'v1' }), [[NOW, 1]]);
  });

  it('2.0 says in headers what was written, also when a part was refused', async () => {
    const headers = { 'content-type': CONTENT_TYPES['2.0'], 'content-encoding': 'snappy' };
    const body = encodeSnappy(
      encodeWriteRequestV2([one({ __name__: 'v2' }), one({ __name__: 'v2_late' }, 5)]),
    );
    const answer = await post('/api/v1/write', body, headers);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Refused 1 \(1 too old\); the rest was kept.*v2_late/);
    assert.equal(answer.headers.get('X-Prometheus-Remote-Write-Samples-Written'), '1');
    assert.equal(answer.headers.get('X-Prometheus-Remote-Write-Histograms-Written'), '0');
    assert.deepEqual(await stored({ __name__: 'v2' }), [[NOW, 1]]);
  });

  it('names what is wrong with a request it cannot take', async () => {
    const snappy = { 'content-encoding': 'snappy' };
    const cases: readonly (readonly [Uint8Array, Record<string, string>, number, RegExp])[] = [
      [Buffer.from('nonsense'), snappy, 400, /Snappy/],
      [encodeSnappy(Buffer.from('nonsense')), snappy, 400, /remote write 1\.0/],
      [encodeSnappy(new Uint8Array(60_000)), snappy, 400, /the limit is 50000/],
      [new Uint8Array(30_000), snappy, 413, /exceeds 20000 bytes/],
      [new Uint8Array(1), { 'content-type': 'application/json' }, 415, /is not remote write/],
      [new Uint8Array(1), { 'content-encoding': 'br' }, 415, /"br" is not spoken/],
    ];
    for (const [body, headers, status, text] of cases) {
      const answer = await post('/api/v1/write', body, headers);
      assert.match(await answer.text(), text);
      assert.equal(answer.status, status);
    }
    const get = await fetch(`${base}/api/v1/write`);
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  });
});

describe('import of text exposition', () => {
  it('keeps good lines and names the bad ones', async () => {
    const text = `# TYPE imported gauge\nimported{a="1"} 5 ${NOW}\nimported{a="2" 6\nimported{a="3"} 7\n`;
    const answer = await post(`/api/v1/import/prometheus?timestamp=${NOW - 1_000}`, text);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Kept 2 samples, refused 1:\nline 3, column/);
    assert.deepEqual(await stored({ __name__: 'imported', a: '1' }), [[NOW, 5]]);
    assert.deepEqual(await stored({ __name__: 'imported', a: '3' }), [[NOW - 1_000, 7]]);
    assert.ok([...store.metadata()].some(({ metric, type }) => metric === 'imported' && type === 'gauge'));
    const compressed = await post('/api/v1/import/prometheus', gzipSync('zipped 1\n'), {
      'content-encoding': 'gzip',
    });
    assert.equal(compressed.status, 204);
    const bomb = gzipSync(Buffer.alloc(60_000, 10));
    assert.equal((await post('/api/v1/import/prometheus', bomb, { 'content-encoding': 'gzip' })).status, 413);
  });
});

describe('OTLP metrics', () => {
  const request = (name: string): MetricsRequest => ({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { kind: 'string', value: 'shop' } }] },
        scopeMetrics: [
          {
            scope: { name: '', version: '', attributes: [] },
            metrics: [
              {
                name,
                description: '',
                unit: '',
                data: {
                  kind: 'gauge',
                  points: [
                    {
                      attributes: [],
                      startTimeNs: 0n,
                      timeNs: BigInt(NOW) * 1_000_000n,
                      flags: 0,
                      exemplars: [],
                      value: 3,
                      integer: false,
                    },
                    {
                      attributes: [],
                      startTimeNs: 0n,
                      timeNs: 1_000_000n,
                      flags: 0,
                      exemplars: [],
                      value: 3,
                      integer: false,
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });

  it('takes protobuf and JSON, and counts what it refused in the partial success', async () => {
    const protobuf = await post('/v1/metrics', zstdCompressSync(encodeMetricsRequest(request('otlp_a'))), {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'zstd',
    });
    assert.equal(protobuf.status, 200);
    const partial = decodeExportResponse(new Uint8Array(await protobuf.arrayBuffer()));
    assert.equal(partial.rejected, 1);
    assert.match(partial.errorMessage, /too old/);
    assert.deepEqual(await stored({ __name__: 'otlp_a', job: 'shop' }), [[NOW, 3]]);
    const json = await post('/api/v1/otlp/v1/metrics', encodeMetricsRequestJson(request('otlp_b')), {
      'content-type': 'application/json',
    });
    const answer: unknown = await json.json();
    assert.match(JSON.stringify(answer), /"rejectedDataPoints":"1"/);
    assert.deepEqual(await stored({ __name__: 'otlp_b' }), [[NOW, 3]]);
  });

  it('answers errors as a Status', async () => {
    const bad = await post('/v1/metrics', '{', { 'content-type': 'application/json' });
    assert.equal(bad.status, 400);
    assert.match(JSON.stringify(await bad.json()), /"code":3/);
    assert.equal((await post('/v1/metrics', 'x', { 'content-type': 'text/plain' })).status, 415);
  });
});

describe('whatever happens', () => {
  it('a full disk is answered with 503 and when to come back', async () => {
    disk.setFreeBytes(0);
    const body = encodeSnappy(encodeWriteRequestV1([one({ __name__: 'full' })]));
    const answer = await post('/api/v1/write', body, { 'content-encoding': 'snappy' });
    disk.setFreeBytes(Number.POSITIVE_INFINITY);
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5']);
    assert.match(await answer.text(), /ENOSPC/);
    assert.equal((await post('/api/v1/write', body, { 'content-encoding': 'snappy' })).status, 204);
  });

  it('ingest counts what it did', async () => {
    const text = await registry.metrics();
    assert.match(text, /tocsin_ingest_samples_total\{protocol="remote-write"\} [1-9]/);
    assert.match(text, /tocsin_ingest_failed_requests_total\{protocol="remote-write",code="415"\} 2/);
    assert.match(text, /tocsin_ingest_refused_samples_total\{protocol="import"\} 1/);
  });
});
