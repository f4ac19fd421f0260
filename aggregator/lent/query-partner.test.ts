import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import workerThreads from 'node:worker_threads';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import type { Partner } from '@tocsin/query/partner/partner.ts';
import type { SeriesSource, Storage } from '@tocsin/query/storage.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { RangeHead } from '../head/range-head.ts';
import { createQueryPartner } from './query-partner.ts';
import type { Lendable, SeriesLender } from './series-lender.ts';

const START_MS = 7_200_000 * 248_000;
const END_MS = START_MS + 3_600_000;
const SERIES = 900;
const QUERY = {
  query: 'sum by (a) (rate(x[5m]))',
  startMs: END_MS - 1_800_000,
  endMs: END_MS,
  stepMs: 60_000,
};

const range = new RangeHead(START_MS, 7_200_000, 0);
for (let series = 0; series < SERIES; series++)
  for (let offset = 0; offset <= 3_600_000; offset += 15_000)
    range.append(series, START_MS + offset, series * offset);
const sources = Array.from({ length: SERIES }, (_, series): SeriesSource & Lendable => {
  const labels = labelsFromObject({ __name__: 'x', a: String(series % 3), b: String(series) });
  return {
    labels,
    read: () => ({ labels, ...range.read(series, START_MS, END_MS) }),
    lendTo(lender: SeriesLender) {
      lender.setRange(START_MS, END_MS);
      range.lendOrdered(range.slotOf(series), START_MS, END_MS, lender);
      return true;
    },
  };
});
const engine = createEngine({ clock: systemClock });

async function ask(partner: Partner | null): Promise<string> {
  const select: Storage['select'] = () => Promise.reject(new Error('not asked for'));
  const storage: Storage = { select, open: async () => sources, ...(partner && { partner }) };
  const { result, warnings, infos } = await engine.range({ ...QUERY, storage });
  assert.ok(result.kind === 'matrix');
  // But for the last digits, which depend on the order they are added up in.
  const series = result.series.map(({ labels, values }) => [
    labels,
    Array.from(values, (value) => value.toPrecision(12)),
  ]);
  return JSON.stringify([series, warnings, infos]);
}

const created = createQueryPartner({ clock: systemClock, log: silentLog }, 1);
after(() => created.close());
let begun = 0;
const partner: Partner = {
  isFreeFor: created.isFreeFor,
  lend: created.lend,
  get isFull() {
    return created.isFull;
  },
  begin(task, signal) {
    begun++;
    return created.begin(task, signal);
  },
};

test('another thread works out a part of the rows; without it, or when it ends, the answer is the same', async () => {
  const alone = await ask(null);
  // It is started by the first query, which does not wait for it.
  assert.equal(await ask(partner), alone);
  assert.equal(begun, 0);
  while (!partner.isFreeFor(1)) await sleep(10);
  assert.equal(await ask(partner), alone);
  assert.ok(begun > 1, `it was asked ${begun} times`);
  // Two at once: the second one does its work alone.
  const [first, second] = await Promise.all([ask(partner), ask(partner)]);
  assert.equal(first, alone);
  assert.equal(second, alone);
  // The thread ends while it has something to do.
  const before = begun;
  const dying: Partner = {
    ...partner,
    begin(task, signal) {
      const answer = partner.begin(task, signal);
      void created.close();
      return answer;
    },
  };
  assert.equal(await ask(dying), alone);
  assert.ok(begun > before);
  assert.equal(created.isFreeFor(1), false);
  assert.equal(await ask(partner), alone);
});

test('who stops asking stops the work', async () => {
  const controller = new AbortController();
  const waiting: Partner = {
    isFreeFor: () => true,
    lend: () => true,
    isFull: false,
    begin(_task, signal) {
      setImmediate(() => controller.abort());
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const select: Storage['select'] = () => Promise.reject(new Error('not asked for'));
  const storage: Storage = { select, open: async () => sources, partner: waiting };
  await assert.rejects(engine.range({ ...QUERY, storage, signal: controller.signal }), /canceled/);
});

test('where there is no second thread to be had, queries are answered by one', async () => {
  const { Worker } = workerThreads;
  const messages: unknown[] = [];
  const log = { ...silentLog, warn: (...args: readonly unknown[]) => messages.push(args.at(-1)) };
  const threadless = createQueryPartner({ clock: systemClock, log }, 1);
  workerThreads.Worker = class {
    constructor() {
      throw new Error('Failed to start the worker');
    }
  } as never;
  syncBuiltinESMExports();
  try {
    assert.equal(await ask(threadless), await ask(null));
    // It is not tried again at once.
    assert.equal(threadless.isFreeFor(1), false);
  } finally {
    workerThreads.Worker = Worker;
    syncBuiltinESMExports();
  }
  assert.deepEqual(messages, ['cannot start a second thread for queries; they are answered by one']);
  await threadless.close();
});
