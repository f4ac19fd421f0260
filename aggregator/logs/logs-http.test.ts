import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { encodePush } from '@tocsin/protocol/loki/push-protobuf.ts';
import { attributesOf } from '@tocsin/protocol/otlp/any-value-of.ts';
import { decodeExportResponse } from '@tocsin/protocol/otlp/export-response.ts';
import type { LogRecord, LogsRequest } from '@tocsin/protocol/otlp/log-record.ts';
import { encodeLogsRequestJson } from '@tocsin/protocol/otlp/logs-json.ts';
import { encodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import { decodeStatus } from '@tocsin/protocol/otlp/status.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { Registry } from 'prom-client';
import { createRecentQueries } from '../recent/recent-queries.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import { createLogsApi } from './logs-api.ts';
import { createLogsIngest } from './logs-ingest.ts';

const START_MS = Date.UTC(2026, 0, 10);
const START_NS = BigInt(START_MS - 60_000) * 1_000_000n;
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };

let server: Server;
let store: LogStore;
let url = '';
const clock = createSimulatedClock(START_MS);
const recent = createRecentQueries(clock);

before(async () => {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  const disk = createSimulatedDisk(createSeededRandom(1));
  const limits = { requestBytesMax: 100_000, uncompressedBytesMax: 200_000, requestsMax: 8 };
  store = createLogStore({ clock, disk, log: silentLog, registry }, { folder: '/logs' });
  const ingest = createLogsIngest({ clock, log: silentLog, store, limits: () => limits });
  const api = createLogsApi({ clock, log: silentLog, store, recent });
  server = createServer((request, response) => {
    if (!ingest(request, response) && !api(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.close();
  await store.close();
});

function post(path: string, headers: Record<string, string>, body: string | Uint8Array): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

interface Streams {
  readonly resultType: string;
  readonly result: readonly { readonly stream: object; readonly values: readonly unknown[] }[];
}

async function ask<Data = Streams>(
  path: string,
  parameters: Record<string, string>,
  headers = {},
): Promise<{ readonly data: Data }> {
  const answer = await fetch(`${url}/loki/api/v1/${path}?${new URLSearchParams(parameters)}`, { headers });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}

function record(body: string, more: Partial<LogRecord> = {}): LogRecord {
  return {
    timeNs: START_NS,
    observedTimeNs: 0n,
    severityNumber: 17,
    severityText: 'ERROR',
    body: { kind: 'string', value: body },
    attributes: attributesOf({ http: { route: '/pay' }, layer: 'business' }),
    flags: 0,
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: '',
    eventName: '',
    ...more,
  };
}

function request(records: readonly LogRecord[]): LogsRequest {
  const resource = {
    attributes: attributesOf({ 'service.name': 'shop', 'service.instance.id': 'a1', 'host.name': 'h' }),
  };
  const scope = { name: 'pino', version: '1', attributes: [] };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope, records }] }] };
}

describe('logs over HTTP', () => {
  it('asks to wait until the store is open', async () => {
    const answer = await post('/v1/logs', PROTOBUF, encodeLogsRequest(request([record('x')])));
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '5');
    assert.equal(decodeStatus(await answer.bytes()).code, 14);
    assert.equal((await fetch(`${url}/loki/api/v1/labels`)).status, 503);
    await store.open();
  });

  it('takes OTLP in every encoding and finds it', async () => {
    const protobuf = encodeLogsRequest(request([record('payment failed 1')]));
    const json = encodeLogsRequestJson(request([record('payment failed 2', { timeNs: START_NS + 1n })]));
    for (const answer of [
      await post('/v1/logs', PROTOBUF, protobuf),
      await post('/v1/logs', { ...PROTOBUF, 'content-encoding': 'gzip' }, gzipSync(protobuf)),
      await post('/otlp/v1/logs', { ...PROTOBUF, 'content-encoding': 'zstd' }, zstdCompressSync(protobuf)),
    ]) {
      assert.equal(answer.status, 200);
      assert.deepEqual(decodeExportResponse(await answer.bytes()), { rejected: 0, errorMessage: '' });
    }
    const answer = await post('/v1/logs', JSON_TYPE, json);
    assert.deepEqual(await answer.json(), {});
    const query = '{service_name="shop"} |= "payment" | trace_id="5b8efff798038103d269b633813fc60c"';
    const { data } = await ask('query_range', { query });
    const labels = { service_name: 'shop', service_instance_id: 'a1', level: 'error', layer: 'business' };
    const metadata = {
      host_name: 'h',
      http_route: '/pay',
      layer: 'business',
      scope_name: 'pino',
      severity_number: '17',
      severity_text: 'ERROR',
      trace_id: '5b8efff798038103d269b633813fc60c',
    };
    assert.equal(data.resultType, 'streams');
    assert.deepEqual(data.result, [
      {
        stream: { ...metadata, ...labels },
        values: [
          [String(START_NS + 1n), 'payment failed 2'],
          [String(START_NS), 'payment failed 1'],
        ],
      },
    ]);
    const categorized = await ask(
      'query_range',
      { query, limit: '1' },
      { 'x-loki-response-encoding-flags': 'categorize-labels' },
    );
    assert.deepEqual(categorized.data.result, [
      {
        stream: labels,
        values: [[String(START_NS + 1n), 'payment failed 2', { structuredMetadata: metadata }]],
      },
    ]);
  });

  it('answers partial success for what it refuses, and keeps the rest', async () => {
    const old = record('old', { timeNs: 1n });
    const body = encodeLogsRequest(request([record('kept line'), old, old]));
    const partial = decodeExportResponse(await (await post('/v1/logs', PROTOBUF, body)).bytes());
    assert.deepEqual(partial, {
      rejected: 2,
      errorMessage: '2 refused: the line is older than lines are kept',
    });
    const { data } = await ask('query_range', { query: '{service_name="shop"} |= "kept line"' });
    assert.equal(data.result[0]?.values.length, 1);
  });

  it('takes Loki pushes, and names what of them it refuses', async () => {
    const entries = [{ timestampNs: START_NS, line: 'pushed', structuredMetadata: [] }];
    const protobuf = encodeSnappy(encodePush([{ labels: ['app', 'cart'], entries }]));
    assert.equal((await post('/loki/api/v1/push', PROTOBUF, protobuf)).status, 204);
    const time = String(START_NS);
    const json = {
      streams: [
        {
          stream: { app: 'cart' },
          values: [
            [time, 'as json', { user: 'u' }],
            ['1', 'old'],
          ],
        },
        { stream: {}, values: [[time, 'no labels']] },
        { stream: { 'bad-name': 'x' }, values: [[time, 'bad']] },
      ],
    };
    const answer = await post('/loki/api/v1/push', JSON_TYPE, JSON.stringify(json));
    assert.equal(answer.status, 400);
    assert.match(
      await answer.text(),
      /^1 lines are kept; 1 refused: a stream needs at least one label; 1 refused: the line is older.*1 refused: "bad-name" is no label name/,
    );
    const { data } = await ask('query_range', { query: '{service_name="cart"}', direction: 'forward' });
    assert.deepEqual(
      data.result.map((stream) => stream.values),
      [[[time, 'pushed']], [[time, 'as json']]],
    );
  });

  it('answers labels, values, series and stats', async () => {
    assert.deepEqual((await ask<string[]>('labels', {})).data, [
      'app',
      'layer',
      'level',
      'service_instance_id',
      'service_name',
    ]);
    assert.deepEqual((await ask<string[]>('label/service_name/values', {})).data, ['cart', 'shop']);
    assert.deepEqual((await ask<string[]>('label/service_name/values', { query: '{app="cart"}' })).data, [
      'cart',
    ]);
    assert.deepEqual((await ask<object[]>('series', { 'match[]': '{app="cart"}' })).data, [
      { app: 'cart', service_name: 'cart' },
    ]);
    const form = new URLSearchParams({ query: '{app="cart"}' });
    const text = await (
      await post(
        '/loki/api/v1/index/stats',
        { 'content-type': 'application/x-www-form-urlencoded' },
        form.toString(),
      )
    ).text();
    const stats: { streams: number; entries: number } = JSON.parse(text);
    assert.deepEqual([stats.streams, stats.entries], [1, 2]);
    const past = { start: '1600000000', end: '1600000001' };
    assert.deepEqual((await ask<string[]>('labels', past)).data, []);
  });

  it("answers Grafana's question whether anybody is there", async () => {
    const instant = await ask<object>('query', { query: 'vector(1)+vector(1)', time: '4000000000' });
    assert.deepEqual(instant.data, {
      resultType: 'vector',
      result: [{ metric: {}, value: [4000000000, '2'] }],
      stats: {},
    });
    const range = await ask('query_range', { query: '1+1', start: '10', end: '30', step: '10s' });
    assert.deepEqual(range.data.result, [
      {
        metric: {},
        values: [
          [10, '2'],
          [20, '2'],
          [30, '2'],
        ],
      },
    ]);
  });

  it("refuses in Loki's form", async () => {
    const cases: readonly [path: string, status: number, message: RegExp][] = [
      ['query_range', 400, /parameter query is missing/],
      ['query_range?query={', 400, /parse error at line 1, col 2/],
      ['query_range?query={a="b"}%20|%20json', 400, /json parser is not supported/],
      ['query_range?query={a="b"}&limit=0', 400, /limit must be a positive value/],
      ['query_range?query={a="b"}&limit=999999', 400, /max entries limit/],
      ['query_range?query=1&start=0&end=99999&step=1', 400, /maximum resolution/],
      ['query_range?query=1&step=x', 400, /parameter step/],
      ['query_range?query={a="b"}&start=x', 400, /parameter start/],
      ['query_range?query={a="b"}&start=20&end=10', 400, /end timestamp must not be before start/],
      ['query_range?query={a="b"}&since=x', 400, /parameter since/],
      ['query_range?query={a="b"}&direction=up', 400, /invalid direction/],
      ['query?query={a="b"}', 400, /not supported as an instant query/],
      ['label/%ff/values', 400, /invalid label name/],
      ['series?match[]=x', 400, /parse error/],
      ['nothing', 404, /^$/],
    ];
    for (const [path, status, message] of cases) {
      const answer = await fetch(`${url}/loki/api/v1/${path}`);
      assert.equal(answer.status, status, path);
      assert.match(await answer.text(), message, path);
    }
    assert.equal((await fetch(`${url}/loki/api/v1/query_range`, { method: 'DELETE' })).status, 405);
    assert.equal((await fetch(`${url}/v1/logs`)).status, 405);
  });

  it('refuses damaged, oversized and bombed bodies with a status and goes on', async () => {
    const cases: readonly [
      path: string,
      headers: Record<string, string>,
      body: string | Uint8Array,
      status: number,
    ][] = [
      ['/v1/logs', PROTOBUF, Uint8Array.of(0x0a, 0xff), 400],
      ['/v1/logs', JSON_TYPE, '{', 400],
      ['/v1/logs', { 'content-type': 'text/plain' }, 'x', 415],
      ['/v1/logs', { ...PROTOBUF, 'content-encoding': 'br' }, 'x', 415],
      ['/v1/logs', { ...PROTOBUF, 'content-encoding': 'gzip' }, 'x', 400],
      ['/v1/logs', { ...PROTOBUF, 'content-encoding': 'gzip' }, gzipSync(new Uint8Array(5_000_000)), 413],
      [
        '/v1/logs',
        { ...PROTOBUF, 'content-encoding': 'zstd' },
        zstdCompressSync(new Uint8Array(5_000_000)),
        413,
      ],
      ['/v1/logs', PROTOBUF, new Uint8Array(150_000), 413],
      ['/loki/api/v1/push', PROTOBUF, 'nonsense', 400],
      ['/loki/api/v1/push', PROTOBUF, encodeSnappy(new Uint8Array(1_000_000)), 400],
      ['/loki/api/v1/push', JSON_TYPE, '{"streams":[{"values":[[]]}]}', 400],
    ];
    for (const [path, headers, body, status] of cases) {
      const answer = await post(path, headers, body);
      assert.equal(answer.status, status, `${path} ${JSON.stringify(headers)}`);
      await answer.bytes();
    }
    assert.equal(
      (await post('/v1/logs', PROTOBUF, encodeLogsRequest(request([record('after')])))).status,
      200,
    );
  });

  it('are noted when they are asked for, and only then', async () => {
    const before = new Set(recent.ended().map(({ id }) => id));
    await fetch(`${url}/loki/api/v1/labels`);
    const range = { query: '{service_name="shop"}', start: '10', end: '70', step: '5s' };
    await ask('query_range', range);
    await fetch(`${url}/api/tocsin/v1/logs/histogram?${new URLSearchParams(range)}`);
    await fetch(`${url}/loki/api/v1/query_range?${new URLSearchParams({ query: '{', start: 'never' })}`);
    const noted = recent
      .ended()
      .filter(({ id }) => !before.has(id))
      .toSorted((a, b) => a.id - b.id);
    assert.deepEqual(
      noted.map(({ language, query, startMs, endMs, stepMs }) => [language, query, startMs, endMs, stepMs]),
      [
        ['logql', '{service_name="shop"}', 10_000, 70_000, 5_000],
        ['logql', '{service_name="shop"}', 10_000, 70_000, 5_000],
        ['logql', '{', clock.now(), clock.now(), 0],
      ],
    );
    assert.deepEqual(
      noted.map(({ error }) => error === null),
      [true, true, false],
    );
    assert.deepEqual(recent.running(), []);
  });
});
