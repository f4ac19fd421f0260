import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { Counter, Gauge, Registry } from 'prom-client';
import { type ApiServer, emptyReader, startApiServer } from '../../testing/api-server.ts';
import { EventReader } from '../../testing/event-reader.ts';

const STEP_MS = 10_000;
const START_MS = Date.UTC(2026, 0, 10);
const START = START_MS / 1_000;
const clock = createSimulatedClock(START_MS);
const storage = new MemoryStorage();
const registers = [new Registry()];
const metrics = {
  clients: new Gauge({ name: 'clients', help: 'c', registers }),
  queries: new Gauge({ name: 'queries', help: 'q', registers }),
  refused: new Counter({ name: 'refused', help: 'r', registers }),
  stalled: new Counter({ name: 'stalled', help: 's', registers }),
};
const readers: EventReader[] = [];
let writes = 0;
let selections = 0;
let canceled = 0;
let server: ApiServer;

function write(metric: string, timeMs: number, value: number, labels = {}): void {
  storage.add(labelsFromObject({ __name__: metric, ...labels }), timeMs, value);
  writes++;
}

before(async () => {
  server = await startApiServer({
    clock,
    liveMetrics: metrics,
    reader: {
      ...emptyReader,
      writes: () => writes,
      select(selection, signal) {
        selections++;
        if (selection.matchers.some(({ value }) => value === 'never'))
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              canceled++;
              reject(signal.reason);
            });
          });
        return storage.select(selection);
      },
    },
  });
});
after(() => server.close());

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.hangUp();
  await until(async () => (await value(metrics.clients)) === 0);
});

async function value(metric: Gauge | Counter): Promise<number> {
  return (await metric.get()).values[0]?.value ?? 0;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

async function connect(parameters: Record<string, string>, headers = {}): Promise<EventReader> {
  const path = new URLSearchParams({ step: String(STEP_MS / 1_000), ...parameters });
  const reader = await EventReader.connect(`${server.url}/api/tocsin/v1/query_live?${path}`, headers);
  readers.push(reader);
  return reader;
}

async function range(query: string, from: number, through: number): Promise<ReturnType<typeof JSON.parse>> {
  const parameters = new URLSearchParams({
    query,
    start: String(from),
    end: String(through),
    step: String(STEP_MS / 1_000),
  });
  return await (await fetch(`${server.url}/api/v1/query_range?${parameters}`)).json();
}

/** Events until one reaches `through`, what came again in between included. */
async function through(reader: EventReader, seconds: number) {
  for (;;) {
    const event = await reader.next();
    if (event.through >= seconds) return event;
  }
}

describe('a live query', () => {
  it('gets the points from its start on, then each as its time comes, as query_range would answer', async () => {
    write('a', START_MS - 60_000, 1);
    const reader = await connect({ query: 'a', start: String(START - 60) });
    assert.match(String(reader.response.headers['content-type']), /^text\/event-stream/);
    const first = await reader.nextEvent();
    assert.deepEqual([first.name, first.id], ['answer', String(START)]);
    const { answer, ...about }: ReturnType<typeof JSON.parse> = JSON.parse(first.data);
    assert.deepEqual(about, { query: 0, from: START - 60, through: START });
    assert.deepEqual(answer, await range('a', START - 60, START));
    assert.equal(answer.data.result[0].values.length, 7);

    write('a', START_MS + 5_000, 2);
    await clock.advance(STEP_MS);
    const next = await through(reader, START + 10);
    assert.deepEqual(next.answer, await range('a', next.from, START + 10));
    assert.deepEqual(next.answer.data.result[0].values.at(-1), [START + 10, '2']);
  });

  it('is told again of points that late samples have changed, and of nothing that has not changed', async () => {
    const now = clock.now() / 1_000;
    write('late', clock.now() - 1_000, 1);
    const reader = await connect({ query: 'late' });
    await through(reader, now);
    await clock.advance(STEP_MS);
    await through(reader, now + 10);
    await clock.advance(3_000);
    write('unrelated', clock.now(), 1);
    await clock.advance(1_000);
    const evaluated = selections;
    write('late', (now + 9) * 1_000, 7);
    await clock.advance(2_000);
    assert.ok(selections > evaluated);
    const again = await reader.next();
    assert.deepEqual(again.answer.data.result[0].values.at(-1), [now + 10, '7']);
    assert.equal(reader.waiting, 0);
  });

  it('is evaluated once for all who have it, and for none who has gone', async () => {
    write('shared', clock.now(), 1);
    const query = 'sum(shared)';
    const clients = await Promise.all([1, 2, 3, 4].map(() => connect({ query })));
    const now = clock.now() / 1_000;
    await Promise.all(clients.map((client) => through(client, Math.floor(now / 10) * 10)));
    assert.deepEqual([await value(metrics.clients), await value(metrics.queries)], [4, 1]);
    const evaluated = selections;
    await clock.advance(STEP_MS);
    const events = await Promise.all(
      clients.map((client) => through(client, Math.floor(now / 10) * 10 + 10)),
    );
    assert.equal(selections - evaluated, 1);
    for (const event of events) assert.deepEqual(event, events[0]);

    for (const client of clients) client.hangUp();
    await until(async () => (await value(metrics.clients)) === 0);
    assert.equal(await value(metrics.queries), 0);
    assert.equal(clock.pendingTimers, 0);
    await clock.advance(10 * STEP_MS);
    assert.equal(selections - evaluated, 1);
  });

  it('is canceled in the middle of its evaluation when the client hangs up', async () => {
    const before = canceled;
    const reader = await connect({ query: 'never' });
    const evaluated = selections;
    await until(() => selections > evaluated - 1);
    reader.hangUp();
    await until(async () => (await value(metrics.clients)) === 0);
    await until(() => canceled >= before + 1);
    await until(() => clock.pendingTimers === 0);
  });

  it('may be one of several over one connection', async () => {
    write('one', clock.now(), 1);
    write('two', clock.now(), 2);
    const path = `query=one&query=two&step=10`;
    const reader = await EventReader.connect(`${server.url}/api/tocsin/v1/query_live?${path}`);
    readers.push(reader);
    await clock.advance(STEP_MS);
    const newest = Math.floor(clock.now() / STEP_MS) * 10;
    const seen = new Map<number, string>();
    while (seen.size < 2) {
      const event = await through(reader, newest);
      seen.set(event.query, event.answer.data.result[0].values.at(-1)[1]);
    }
    assert.deepEqual([seen.get(0), seen.get(1)], ['1', '2']);
  });

  it('goes on where a client that comes back has been, and a little before', async () => {
    const newest = Math.floor(clock.now() / STEP_MS) * 10;
    const reader = await connect({ query: 'vector(1)' }, { 'Last-Event-ID': String(newest - 50) });
    const first = await reader.next();
    assert.deepEqual([first.from, first.through], [newest - 60, newest]);
    assert.equal(first.answer.data.result[0].values.length, 7);
  });

  it('tells of an evaluation that failed, and goes on', async () => {
    write('twice', clock.now(), 1, { x: 'a' });
    write('twice', clock.now(), 1, { x: 'b' });
    await clock.advance(STEP_MS);
    const reader = await connect({ query: 'twice + on() twice' });
    const { answer } = await reader.next();
    assert.deepEqual([answer.status, answer.errorType], ['error', 'execution']);
    await clock.advance(STEP_MS);
    const newest = Math.floor(clock.now() / STEP_MS) * 10;
    assert.equal((await through(reader, newest)).answer.status, 'error');
  });

  it('shows that it is there when nothing happens', async () => {
    const reader = await connect({ query: '1', step: '3600' });
    await through(reader, Math.floor(clock.now() / 3_600_000) * 3_600);
    await clock.advance(15_001);
    await until(() => reader.beats > 0);
  });

  it('lets a client that did not read for a while have everything when it reads again', async () => {
    const wide = Array.from({ length: 400 }, (_, i) => ({ i: String(i), pad: 'p'.repeat(3_000) }));
    const fresh = (): void => {
      for (const labels of wide) write('wide', clock.now(), Math.floor(clock.now() / 1_000) % 1_000, labels);
    };
    fresh();
    const startedAt = Math.floor(clock.now() / STEP_MS) * 10;
    const reader = await connect({ query: 'wide' });
    await through(reader, startedAt);
    reader.response.pause();
    for (let step = 0; step < 5; step++) {
      fresh();
      await clock.advance(STEP_MS);
    }
    const newest = Math.floor(clock.now() / STEP_MS) * 10;
    reader.response.resume();
    const points = new Map<number, number>();
    for (let reached = 0; reached < newest; ) {
      const event = await reader.next();
      for (const { values } of event.answer.data.result)
        for (const [time] of values) points.set(time, event.from);
      reached = event.through;
    }
    for (let time = startedAt + 10; time <= newest; time += 10)
      assert.ok(points.has(time), `the point at ${time - startedAt} s is missing`);
  });

  it('ends for a client that takes nothing for a minute, and it is counted', async () => {
    const wide = Array.from({ length: 3_000 }, (_, i) => ({ i: String(i), pad: 'p'.repeat(3_000) }));
    for (const labels of wide) write('wider', clock.now(), 1, labels);
    await clock.advance(STEP_MS);
    const reader = await connect({ query: 'wider' });
    reader.response.pause();
    await until(() => clock.pendingTimers >= 2);
    for (let second = 0; second < 70 && (await value(metrics.stalled)) === 0; second++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.equal(await value(metrics.stalled), 1);
    await until(async () => (await value(metrics.clients)) === 0);
  });
});

describe('live queries of a server that stops', () => {
  it('end at once, and nothing of them is left', async () => {
    const stopping = await startApiServer({ clock, liveMetrics: metrics, reader: { ...emptyReader } });
    const before = clock.pendingTimers;
    const reader = await EventReader.connect(`${stopping.url}/api/tocsin/v1/query_live?query=1&step=60`);
    await reader.next();
    await until(async () => (await value(metrics.clients)) === 1);
    stopping.close();
    await until(() => reader.closed);
    await until(async () => (await value(metrics.clients)) === 0);
    assert.equal(await value(metrics.queries), 0);
    await until(() => clock.pendingTimers === before);
  });
});

describe('a live query that cannot be', () => {
  for (const [parameters, error] of [
    [{ query: 'sum(' }, /^invalid parameter "query": 1:5: parse error: /],
    [
      { query: 'a[1m]' },
      /^invalid parameter "query": invalid expression type "range vector" for range query/,
    ],
    [{ query: 'a', step: '0.5' }, /^invalid parameter "step": a live query has steps of at least 1000 ms$/],
    [{ query: 'a', start: 'x' }, /^invalid parameter "start": /],
  ] as const) {
    it(`${JSON.stringify(parameters)} is bad data`, async () => {
      const path = new URLSearchParams({ step: '10', ...parameters });
      const response = await fetch(`${server.url}/api/tocsin/v1/query_live?${path}`);
      const answer = JSON.parse(await response.text());
      assert.deepEqual([response.status, answer.errorType], [400, 'bad_data']);
      assert.match(answer.error, error);
      assert.equal(await value(metrics.clients), 0);
    });
  }

  it('has too many points', async () => {
    const response = await fetch(`${server.url}/api/tocsin/v1/query_live?step=10&query=up&start=0`);
    const { errorType, error } = JSON.parse(await response.text());
    assert.deepEqual([response.status, errorType], [422, 'execution']);
    assert.match(error, /^exceeded maximum resolution of 11,000 points per timeseries.*; the query: up$/);
  });

  it('is one of too many', async () => {
    const queries = Array.from({ length: 101 }, (_, i) => `query=${i}`).join('&');
    const response = await fetch(`${server.url}/api/tocsin/v1/query_live?step=10&${queries}`);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /101 queries are more than the limit of 100/);
  });

  it('has a last event that is none', async () => {
    const response = await fetch(`${server.url}/api/tocsin/v1/query_live?step=10&query=1`, {
      headers: { 'Last-Event-ID': 'x' },
    });
    assert.equal(response.status, 400);
  });

  it('is asked for with a method that cannot', async () => {
    for (const method of ['HEAD', 'PUT', 'DELETE'])
      assert.equal((await fetch(`${server.url}/api/tocsin/v1/query_live`, { method })).status, 405, method);
  });
});
