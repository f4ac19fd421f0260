import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { backoffMs, parseRetryAfter } from './backoff.ts';
import { createMemoryQueue } from './memory-queue.ts';
import type { Outcome } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import { createSender } from './sender.ts';

const delivered: Outcome = { kind: 'delivered' };
const retry = (retryAfterMs: number | null = null): Outcome => ({
  kind: 'retry',
  detail: 'down',
  retryAfterMs,
});
const parcel = (id: number, bytes = 1): Parcel => ({
  kind: 'metrics',
  items: 1,
  body: new Uint8Array(bytes).fill(id),
});

function setUp(answer: (id: number) => Outcome | Promise<Outcome>, bytesMax = 1_000) {
  const clock = createSimulatedClock();
  const arrived: { id: number; atMs: number }[] = [];
  const attempts: { id: number; atMs: number }[] = [];
  const dropped: number[] = [];
  const queue = createMemoryQueue(bytesMax, (lost) => void dropped.push(lost.body[0]!));
  const startMs = clock.now();
  const sender = createSender({
    clock,
    random: createSeededRandom(3),
    queue,
    transport: async (body) => {
      const at = { id: body[0]!, atMs: clock.now() - startMs };
      attempts.push(at);
      const outcome = await answer(at.id);
      if (outcome.kind === 'delivered') arrived.push(at);
      return outcome;
    },
    observe: () => undefined,
  });
  return { clock, queue, sender, arrived, attempts, dropped };
}

test('parcels arrive in order, one at a time, each once', async () => {
  let under = 0;
  const { clock, sender, arrived } = setUp(async () => {
    assert.equal(++under, 1);
    await null;
    under--;
    return delivered;
  });
  await Promise.all([1, 2, 3, 4].map((id) => sender.add(parcel(id))));
  await clock.advance(0);
  assert.deepEqual(
    arrived.map(({ id }) => id),
    [1, 2, 3, 4],
  );
});

test('while the receiver is down the queue keeps the recent past, and hands it over in order afterwards', async () => {
  let up = false;
  const { clock, sender, arrived, attempts, dropped } = setUp(() => (up ? delivered : retry()), 50);
  for (let id = 1; id <= 100; id++) {
    await sender.add(parcel(id));
    await clock.advance(1_000);
  }
  assert.ok(attempts.length < 40, `${attempts.length} attempts in 100 s`);
  up = true;
  await clock.advance(31_000);
  assert.equal(dropped.length, 50);
  assert.deepEqual(
    arrived.map(({ id }) => id),
    Array.from({ length: 50 }, (_, i) => i + 51),
  );
});

test('what the receiver asks for in Retry-After is waited', async () => {
  let asked = false;
  const { clock, sender, arrived } = setUp(() => {
    if (asked) return delivered;
    asked = true;
    return retry(60_000);
  });
  await sender.add(parcel(1));
  await clock.advance(59_000);
  assert.equal(arrived.length, 0);
  await clock.advance(3_000);
  assert.equal(arrived.length, 1);
});

test('a refused parcel does not hold up the others', async () => {
  const { clock, sender, arrived } = setUp((id) =>
    id === 1 ? { kind: 'refused', detail: 'bad' } : delivered,
  );
  await sender.add(parcel(1));
  await sender.add(parcel(2));
  await clock.advance(0);
  assert.deepEqual(
    arrived.map(({ id }) => id),
    [2],
  );
});

test('flush tries at once in spite of the backoff, and says whether all is sent', async () => {
  let up = false;
  const { clock, sender } = setUp(() => (up ? delivered : retry(100_000)));
  await sender.add(parcel(1));
  await clock.advance(0);
  assert.equal(await sender.flush(1_000), false);
  up = true;
  assert.equal(await sender.flush(1_000), true);
});

test('drain tries again after failures, and gives up at its bound', async () => {
  let attempts = 0;
  const { clock, sender, queue } = setUp(() => (++attempts < 3 ? retry(0) : delivered));
  await sender.add(parcel(1));
  const drained = sender.drain(60_000);
  await clock.advance(20_000);
  assert.equal(await drained, true);
  assert.equal(attempts, 3);
  attempts = -1_000_000;
  await sender.add(parcel(2));
  const inVain = sender.drain(2_000);
  await clock.advance(2_000);
  assert.equal(await inVain, false);
  assert.equal(queue.length, 1);
});

test('flush ends within its bound when the receiver hangs', async () => {
  const { clock, sender, queue } = setUp(() => new Promise<Outcome>(() => undefined));
  await sender.add(parcel(1));
  const flushed = sender.flush(2_000);
  await clock.advance(2_000);
  assert.equal(await flushed, false);
  assert.equal(queue.length, 1);
});

test('a queue whose disk fails is asked again later', async () => {
  const { clock, queue, sender, arrived } = setUp(() => delivered);
  const { first } = queue;
  let broken = true;
  queue.first = async () => {
    if (broken) throw new Error('EIO');
    return first();
  };
  await sender.add(parcel(1));
  await clock.advance(5_000);
  broken = false;
  await clock.advance(31_000);
  assert.equal(arrived.length, 1);
});

test('nothing is attempted after stop', async () => {
  const { clock, sender, attempts } = setUp(() => retry());
  await sender.add(parcel(1));
  await clock.advance(0);
  await sender.stop();
  const before = attempts.length;
  await clock.advance(100_000);
  assert.equal(attempts.length, before);
  assert.equal(clock.pendingTimers, 0);
});

test('the backoff grows, is bounded, and spreads', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(100), fc.option(fc.nat(1_000_000)), (seed, failures, retryAfterMs) => {
      const waited = backoffMs(failures, retryAfterMs, createSeededRandom(seed));
      const atLeast = Math.min(retryAfterMs ?? 0, 300_000);
      assert.ok(waited >= atLeast && waited <= atLeast + 30_000);
    }),
  );
  const random = createSeededRandom(1);
  const waits = Array.from({ length: 1_000 }, () => backoffMs(10, null, random));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  assert.ok(mean > 13_000 && mean < 17_000);
});

test('Retry-After is read as seconds or as a date, and nothing else', () => {
  assert.equal(parseRetryAfter('120', 0), 120_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 10_000), 50_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', 10_000), 0);
  for (const text of [undefined, '', '-5', 'soon', '1.5', '1e3'])
    assert.equal(parseRetryAfter(text, 0), null);
});
