import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { type Integration, SendError } from '../receivers/integration.ts';
import { openDatabase } from '../store/database.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import { createStore, type Store } from '../store/store.ts';
import { createSender, type Sender } from './sender.ts';

function senderOf(clock: Clock, store: Store, integration: Integration): Sender {
  return createSender({
    clock,
    random: createSeededRandom(1),
    store,
    log: silentLog,
    receivers: () => new Map([['r', [{ name: 'webhook[0]', integration }]]]),
    withheld: () => null,
    onWithdrawn: () => undefined,
    onUndelivered: () => undefined,
    onOutcome: () => undefined,
  });
}

const row = (over: Partial<NewOutboxRow> = {}): NewOutboxRow => ({
  messageId: 'm',
  groupKey: 'g',
  receiver: 'r',
  integration: 'webhook[0]',
  state: 'pending',
  reason: '',
  createdMs: 0,
  dueMs: 0,
  firing: [],
  resolved: [],
  status: 'firing',
  subject: '',
  text: '',
  payload: null,
  problem: null,
  alerts: [],
  route: null,
  ...over,
});

it('a provider that says when to come again is left alone until then, at most for the longest pause', async () => {
  const clock = createSimulatedClock(0);
  const store = createStore(openDatabase(':memory:'));
  const askedMs = [60_000, 86_400_000];
  const attemptsAtMs: number[] = [];
  const integration: Integration = {
    kind: 'webhook',
    sendResolved: true,
    cannotSend: null,
    render: () => assert.fail('it is rendered already'),
    async send() {
      attemptsAtMs.push(clock.now());
      const pauseMs = askedMs.shift();
      if (pauseMs === undefined) return 'ok';
      throw new SendError('429', true, undefined, pauseMs);
    },
  };
  const sender = senderOf(clock, store, integration);
  store.outbox.add(row());
  sender.start();
  await clock.advance(60_000 + ALERTING_LIMITS.retryPauseMs + 1_000);
  assert.deepEqual(attemptsAtMs, [0, 60_000, 60_000 + ALERTING_LIMITS.retryPauseMs]);
  assert.equal(store.outbox.history(1)[0]?.state, 'sent');
  await sender.stop(0);
  store.close();
});

it('gives an integration what it kept with an earlier message of the group, also when that one failed', async () => {
  const clock = createSimulatedClock(0);
  const store = createStore(openDatabase(':memory:'));
  const seen: unknown[] = [];
  const integration: Integration = {
    kind: 'webhook',
    sendResolved: true,
    cannotSend: null,
    render: () => ({ subject: '', text: '', payload: null, problem: null }),
    async send({ payload }, { memory }) {
      seen.push([payload, memory.known]);
      if (payload === 'first') memory.keep({ ts: '1' });
      if (payload === 'failing') throw new SendError('404', false);
      return 'ok';
    },
  };
  const sender = senderOf(clock, store, integration);
  sender.start();
  for (const payload of ['first', 'failing', 'second', 'anew']) {
    store.outbox.add(
      row({
        messageId: payload,
        reason: payload === 'first' || payload === 'anew' ? 'first notification' : 'new alerts added',
        payload,
      }),
    );
    sender.wake();
    await clock.advance(1_000);
  }
  assert.deepEqual(seen, [
    ['first', null],
    ['failing', { ts: '1' }],
    ['second', { ts: '1' }],
    ['anew', null],
  ]);
  await sender.stop(0);
  store.close();
});
