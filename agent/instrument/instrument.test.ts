import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import type { Parcel } from '../send/parcel.ts';
import type { Sender } from '../send/sender.ts';
import { createExitHooks } from './exit.ts';
import { createExpressMiddleware } from './express-middleware.ts';
import { createLayers } from './layer.ts';
import { createLogShipper } from './log-shipper.ts';
import { createMetricFactory } from './metric-factory.ts';
import { createMetricsPusher } from './metrics-pusher.ts';
import { readRegistries } from './registry-reader.ts';
import { createWarnings } from './warnings.ts';

function keepingSender(): Sender & { readonly parcels: Parcel[] } {
  const parcels: Parcel[] = [];
  return {
    parcels,
    add: async (parcel) => void parcels.push(parcel),
    flush: async () => true,
    drain: async () => true,
    stop: async () => undefined,
  };
}

test('whatever a registry says, reading it neither fails nor passes on what is no sample', async () => {
  const clock = createSimulatedClock();
  const name = fc.constantFrom('name', 'values', 'value', 'labels', 'metricName', 'exemplar', 'type', 'help');
  const anything = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(name, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 4 }), async (families) => {
      const { series } = await readRegistries(
        clock,
        [{ getMetricsAsJSON: async () => families }],
        () => ({ job: 'x' }),
        1,
        (error) => assert.fail(String(error)),
      );
      for (const { values, labels } of series) {
        assert.equal(values.length, 1);
        assert.ok(labels.includes('__name__'));
      }
    }),
  );
});

test('a registry that fails or never answers does not keep the others from being read', async () => {
  const clock = createSimulatedClock();
  const failures: unknown[] = [];
  const reading = readRegistries(
    clock,
    [
      { getMetricsAsJSON: () => Promise.reject(new Error('broken')) },
      { getMetricsAsJSON: () => new Promise(() => undefined) },
      { getMetricsAsJSON: async () => [{ name: 'x', values: [{ value: 1 }] }] },
    ],
    () => ({}),
    1,
    (error) => void failures.push(error),
  );
  await clock.advance(2_000);
  assert.equal((await reading).series.length, 1);
  assert.equal(failures.length, 2);
});

test('processes started together push at moments of their own', async () => {
  const clock = createSimulatedClock();
  const moments = new Set<number>();
  const counts: number[] = [];
  for (let seed = 0; seed < 20; seed++) {
    counts.push(0);
    createMetricsPusher(
      {
        clock,
        random: createSeededRandom(seed),
        sender: keepingSender(),
        read: async (atMs) => {
          counts[seed]!++;
          if (counts[seed]! > 1) moments.add(atMs % 10_000);
          return { series: [], metadata: [], dropped: 0 };
        },
        onTooMany: () => undefined,
        onFailure: () => undefined,
      },
      10_000,
    ).start();
  }
  await clock.advance(1_000);
  assert.ok(
    counts.every((count) => count === 1),
    'each within the first second',
  );
  await clock.advance(60_000);
  assert.ok(
    counts.every((count) => count >= 6 && count <= 7),
    counts.join(),
  );
  assert.ok(moments.size >= 18, `${moments.size} moments`);
});

test('log lines that come too fast push out the oldest, counted, and memory stays bounded', async () => {
  const clock = createSimulatedClock();
  const sender = keepingSender();
  let dropped = 0;
  const shipper = createLogShipper(
    {
      clock,
      sender,
      activeSpan: () => null,
      onDrop: (lines) => {
        dropped += lines;
      },
      onFailure: (error) => assert.fail(String(error)),
    },
    [],
  );
  const stream = shipper.stream();
  // All in one turn, so that nothing can be sent in between.
  for (let line = 0; line < 30_000; line++) stream.write(`{"msg":"line ${line}"}\n`);
  stream.write(`{"msg":"${'x'.repeat(100_000)}"}\n`);
  await shipper.end();
  const sent = sender.parcels.reduce((sum, { items }) => sum + items, 0);
  assert.equal(sent + dropped, 30_001);
  assert.ok(sent <= 11_000, `${sent} sent`);
  const last = decodeLogsRequest(
    gunzipSync(sender.parcels.at(-1)!.body),
  ).resourceLogs[0]!.scopeLogs[0]!.records.at(-1);
  assert.deepEqual(last!.body, { kind: 'string', value: 'line 29999' });
});

test('a request whose client goes away counts as 499; routes beyond the limit are "other"', async () => {
  const registry = new Registry();
  const metrics = createMetricFactory(registry, createLayers('usage'), (error) => assert.fail(String(error)));
  const middleware = createExpressMiddleware(metrics, createSimulatedClock());
  const request = (path: string, writableFinished: boolean) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished });
    middleware({ method: 'BREW', route: { path } }, response, () => undefined);
    response.emit('close');
  };
  request('/slow', false);
  for (let route = 0; route < 1_000; route++) request(`/r${route}`, true);
  const values = (await registry.getSingleMetric('http_request_duration_seconds')!.get()).values;
  const labels = values.map((value) => JSON.stringify(value.labels));
  assert.ok(labels.includes('{"method":"OTHER","route":"/slow","status":"499"}'));
  assert.ok(labels.includes('{"method":"OTHER","route":"other","status":"200"}'));
  assert.ok(new Set(values.map((value) => value.labels['route'])).size <= 301);
});

test('a program is ended by its signal only when nobody else listens for it', async () => {
  const killed: string[] = [];
  const source = Object.assign(new EventEmitter(), {
    pid: 7,
    kill: (_pid: number, signal: string) => void killed.push(signal),
  });
  const onExit = createExitHooks(source);
  let runs = 0;
  const action = async () => {
    runs++;
  };
  const forget = onExit(action);
  onExit(async () => Promise.reject(new Error('fails')));
  const own = () => undefined;
  source.on('SIGTERM', own);
  source.emit('SIGTERM');
  await new Promise(setImmediate);
  assert.deepEqual([runs, killed], [1, []]);
  source.removeListener('SIGTERM', own);
  source.emit('SIGTERM');
  await new Promise(setImmediate);
  assert.deepEqual([runs, killed], [2, ['SIGTERM']]);
  assert.equal(source.listenerCount('SIGTERM'), 0, 'the second signal finds no listener');
  forget();
});

test('warnings are said once each, and not without end', () => {
  const said: string[] = [];
  const warn = createWarnings((message) => void said.push(message));
  for (let round = 0; round < 3; round++) for (let i = 0; i < 50; i++) warn(`warning ${i}`);
  assert.equal(said.length, 20);
  assert.match(said.at(-1)!, /further warnings are left out/);
});
