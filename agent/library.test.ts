import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { context, TraceFlags, trace } from '@opentelemetry/api';
import { Counter as NewCounter, Registry as NewRegistry } from '@prometheus-io/client';
import express from 'express';
import { pino } from 'pino';
import { Counter, Registry } from 'prom-client';
import { type AgentOptions, createAgent } from './library.ts';
import { type ReceivedSample, type Receiver, startReceiver } from './testing/receiver.case.ts';

const receivers: Receiver[] = [];
const closing: (() => void)[] = [];
after(async () => {
  for (const close of closing) close();
  for (const receiver of receivers) await receiver.stop();
});
async function setUp(options: Partial<AgentOptions> = {}) {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const agent = createAgent({
    service: 'shop',
    instance: 'shop-1',
    url: receiver.url,
    intervalMs: 1_000,
    ...options,
  });
  return { receiver, agent };
}
function named(receiver: Receiver, name: string): readonly ReceivedSample[] {
  return receiver.samples.filter(({ labels }) => labels['__name__'] === name);
}

test('metrics arrive with service, job, instance and layer, with their types and help', async () => {
  // Sent by `flush` alone, so that each sample arrives once.
  const { receiver, agent } = await setUp({ intervalMs: 60_000 });
  const orders = agent.counter({
    name: 'orders_total',
    help: 'Orders placed.',
    labelNames: ['pay'],
    layer: 'business',
  });
  orders.inc({ pay: 'card' }, 3);
  agent.gauge({ name: 'visitors', help: 'Here now.' }).set(7);
  const latency = agent.histogram({
    name: 'latency_seconds',
    help: 'Time.',
    buckets: [0.1, 1],
    layer: 'system',
  });
  latency.observe(0.5);
  agent.summary({ name: 'size_bytes', help: 'Sizes.', percentiles: [0.5] }).observe(10);
  assert.equal(await agent.flush(), true);

  const [order] = named(receiver, 'orders_total');
  assert.deepEqual(
    { ...order!.labels },
    {
      __name__: 'orders_total',
      instance: 'shop-1',
      job: 'shop',
      layer: 'business',
      pay: 'card',
      service: 'shop',
    },
  );
  assert.equal(order!.value, 3);
  assert.equal(named(receiver, 'visitors')[0]!.labels['layer'], 'usage');
  const buckets = named(receiver, 'latency_seconds_bucket');
  assert.deepEqual(
    buckets.map(({ labels, value }) => [labels['le'], value]),
    [
      ['0.1', 0],
      ['1', 1],
      ['+Inf', 1],
    ],
  );
  assert.equal(named(receiver, 'latency_seconds_count')[0]!.labels['layer'], 'system');
  assert.equal(named(receiver, 'process_cpu_seconds_total')[0]!.labels['layer'], 'system');
  const help = receiver.metadata.find(({ metric }) => metric === 'orders_total');
  assert.deepEqual(help, { metric: 'orders_total', type: 'counter', help: 'Orders placed.', unit: '' });
  await agent.shutdown();
});

test('registries of prom-client and of @prometheus-io/client are sent along', async () => {
  const [older, newer] = [new Registry(), new NewRegistry()];
  new Counter({ name: 'older_total', help: 'x', registers: [older] }).inc(1);
  new NewCounter({ name: 'newer_total', help: 'x', registers: [newer] }).inc(2);
  const { receiver, agent } = await setUp({ registries: [older, newer] });
  await agent.flush();
  assert.equal(named(receiver, 'older_total')[0]?.value, 1);
  assert.equal(named(receiver, 'newer_total')[0]?.value, 2);
  await agent.shutdown();
});

test('a round comes by itself, and each next one later', async () => {
  const { receiver, agent } = await setUp();
  agent.gauge({ name: 'visitors', help: 'x' }).set(1);
  await receiver.until(() => named(receiver, 'visitors').length >= 2);
  const [first, second] = named(receiver, 'visitors');
  assert.ok(second!.timestampMs > first!.timestampMs);
  await agent.shutdown();
});

test('series that disappear, and all at shutdown, end with a staleness marker', async () => {
  const { receiver, agent } = await setUp();
  const carts = agent.gauge({ name: 'carts', help: 'x', labelNames: ['shop'] });
  carts.set({ shop: 'a' }, 1);
  carts.set({ shop: 'b' }, 1);
  await agent.flush();
  carts.remove({ shop: 'a' });
  await agent.flush();
  const of = (shop: string) => named(receiver, 'carts').filter(({ labels }) => labels['shop'] === shop);
  assert.equal(of('a').at(-1)!.stale, true);
  assert.equal(of('b').at(-1)!.stale, false);
  await agent.shutdown();
  assert.equal(of('b').at(-1)!.stale, true);
  assert.equal(named(receiver, 'process_cpu_seconds_total').at(-1)!.stale, true);
});

test('no call throws, whatever it is given; misuse is counted', async () => {
  const warned: Error[] = [];
  const onWarning = (warning: Error) => void warned.push(warning);
  process.on('warning', onWarning);
  const { receiver, agent } = await setUp();
  const orders = agent.counter({ name: 'orders_total', help: 'x', labelNames: ['pay'] });
  Reflect.apply(orders.inc, orders, [{ nonsense: 'x' }]);
  orders.inc({ pay: 'card' }, -1);
  Reflect.apply(orders.labels, orders, ['too', 'many']).inc();
  Reflect.apply(agent.gauge({ name: 'g', help: 'x' }).set, null, ['no number']);
  agent.histogram({ name: 'h', help: 'x' }).startTimer()({ what: 'x' });
  agent.counter({ name: 'no name at all', help: 'x' }).inc();
  agent.gauge({ name: 'orders_total', help: 'another kind' }).set(1);
  agent.counter({ name: 'orders_total', help: 'again', labelNames: ['pay'] }).inc({ pay: 'cash' });
  createAgent({ service: '', url: 'not a url', intervalMs: Number.NaN })
    .counter({ name: 'x', help: 'x' })
    .inc();
  await agent.flush();
  assert.equal(named(receiver, 'orders_total').find(({ labels }) => labels['pay'] === 'cash')?.value, 1);
  assert.ok(named(receiver, 'tocsin_client_misuses_total')[0]!.value >= 7);
  await agent.shutdown();
  assert.ok(warned.length >= 5);
  process.off('warning', onWarning);
});

test('log lines arrive as OTLP, with level, fields and error, from our logger and from a pino of the service', async () => {
  const { receiver, agent } = await setUp();
  const own = pino({ level: 'debug', messageKey: 'text' }, agent.pinoStream({ messageKey: 'text' }));
  own.warn({ cart: { items: 3 } }, 'slow checkout');
  own.error(new Error('payment failed'));
  agent.pinoStream().write('not JSON\n');
  assert.equal(await agent.flush(), true);
  const [slow, failed, plain] = receiver.logs.map(({ record }) => record);
  assert.deepEqual(slow!.body, { kind: 'string', value: 'slow checkout' });
  assert.deepEqual([slow!.severityNumber, slow!.severityText], [13, 'WARN']);
  assert.deepEqual(slow!.attributes, [
    { key: 'cart', value: { kind: 'map', entries: [{ key: 'items', value: { kind: 'int', value: 3 } }] } },
  ]);
  assert.ok(Math.abs(Number(slow!.timeNs / 1_000_000n) - Date.now()) < 60_000);
  const keys = failed!.attributes.map(({ key }) => key);
  assert.deepEqual(keys, ['exception.type', 'exception.message', 'exception.stacktrace']);
  assert.deepEqual(plain!.body, { kind: 'string', value: 'not JSON' });
  const service = receiver.logs[0]!.resource.attributes.find(({ key }) => key === 'service.name');
  assert.deepEqual(service?.value, { kind: 'string', value: 'shop' });
  await agent.shutdown();
});

test("a log line carries the active span's ids when OpenTelemetry is there", async () => {
  const { receiver, agent } = await setUp();
  const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };
  const active = trace.setSpanContext(context.active(), spanContext);
  context.setGlobalContextManager({
    active: () => active,
    with: (_context, action, self, ...values) => Reflect.apply(action, self, values),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  try {
    await import('@opentelemetry/api');
    pino(agent.pinoStream()).info('inside');
  } finally {
    context.disable();
  }
  await agent.flush();
  const { record } = receiver.logs[0]!;
  assert.deepEqual(
    [record.traceId, record.spanId, record.flags],
    [spanContext.traceId, spanContext.spanId, 1],
  );
  await agent.shutdown();
});

test('express requests are measured by route pattern, unmatched and aborted ones too', async () => {
  const { receiver, agent } = await setUp();
  const app = express();
  app.use(agent.express());
  app.get('/products/:id', (request, response) => void response.send(request.params.id));
  const router = express.Router();
  router.get('/', (_request, response) => void response.status(503).send('no'));
  app.use('/carts/:cart', router);
  let answered = 0;
  const server = app.listen(0, '127.0.0.1');
  const all = new Promise<void>((resolve) => {
    // The client has its answer a little before the server is done with it.
    server.prependListener('request', (_request, response) => {
      response.once('close', () => setImmediate(() => ++answered === 4 && resolve()));
    });
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const base = `http://127.0.0.1:${address.port}`;
  for (const path of ['/products/1', '/products/2', '/carts/12345', '/none'])
    await (await fetch(base + path)).text();
  await all;
  await agent.flush();
  // A round may have gone out on the way; the last value of each series counts.
  const counts = new Map<string, number>();
  for (const { labels, value } of named(receiver, 'http_request_duration_seconds_count')) {
    counts.set(`${labels['method']} ${labels['route']} ${labels['status']}`, value);
  }
  assert.deepEqual(Object.fromEntries(counts), {
    'GET /products/:id 200': 2,
    'GET /carts/:id 503': 1,
    'GET unmatched 404': 1,
  });
  assert.equal(named(receiver, 'http_requests_in_flight').at(-1)!.value, 0);
  await agent.shutdown();
});

for (const [name, failure] of [
  ['answers 503 with Retry-After', { kind: 'answer', status: 503, headers: { 'Retry-After': '0' } }],
  ['resets connections', { kind: 'reset' }],
] as const) {
  test(`while the server ${name} nothing is lost, and all arrives in order afterwards`, async () => {
    const { receiver, agent } = await setUp();
    const turn = agent.gauge({ name: 'turn', help: 'x' });
    receiver.treat = () => failure;
    for (let i = 1; i <= 3; i++) {
      turn.set(i);
      assert.equal(await agent.flush(), false);
    }
    receiver.treat = () => ({ kind: 'accept' });
    assert.equal(await agent.flush(), true);
    assert.deepEqual(
      named(receiver, 'turn')
        .slice(0, 3)
        .map(({ value }) => value),
      [1, 2, 3],
    );
    await agent.shutdown();
  });
}

test('a server that was down and comes back gets what it missed', async () => {
  const { receiver, agent } = await setUp();
  const turn = agent.gauge({ name: 'turn', help: 'x' });
  await receiver.stop();
  turn.set(1);
  assert.equal(await agent.flush(), false);
  await receiver.restart();
  turn.set(2);
  assert.equal(await agent.flush(), true);
  assert.deepEqual(
    named(receiver, 'turn').map(({ value }) => value),
    [1, 2],
  );
  await agent.shutdown();
});

test('a server that knows only remote write 1.0 gets that', async () => {
  const { receiver, agent } = await setUp();
  agent.gauge({ name: 'visitors', help: 'x' }).set(5);
  receiver.treat = ({ headers }) =>
    headers['content-type']?.includes('v2') ? { kind: 'answer', status: 415 } : { kind: 'accept' };
  assert.equal(await agent.flush(), true);
  assert.equal(await agent.flush(), true);
  assert.equal(named(receiver, 'visitors')[0]!.value, 5);
  const refused = receiver.requests.filter(({ headers }) => headers['content-type']?.includes('v2'));
  assert.equal(refused.length, 1, 'asked for 2.0 once');
  await agent.shutdown();
});

test('flush and shutdown end in time when the server hangs', async () => {
  const { receiver, agent } = await setUp();
  receiver.treat = () => ({ kind: 'hang' });
  const startMs = performance.now();
  await agent.shutdown();
  assert.ok(performance.now() - startMs < 4_000);
});
