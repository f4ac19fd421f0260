import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore, type MetricStore } from '../store/metric-store.ts';
import { startOwnerThread } from './thread-owner.ts';

const folder = await mkdtemp(`${tmpdir()}/tocsin-threads-`);
after(() => rm(folder, { recursive: true }));
const never = new AbortController().signal;

const stores: MetricStore[] = [];
// A thread that nobody ends keeps the process.
after(() => Promise.allSettled(stores.map((store) => store.close())));

function open(name: string): MetricStore {
  const store = createMetricStore(
    {
      clock: systemClock,
      disk: systemDisk,
      random: systemRandom,
      log: silentLog,
      openOwner: (index, config, events) =>
        startOwnerThread({
          name: `store-${index}`,
          logPart: null,
          onEnd(error) {
            throw error;
          },
        })(config, events),
    },
    { folder: `${folder}/${name}`, limits: DEFAULT_AGGREGATOR_LIMITS, retention: [], owners: 2 },
  );
  stores.push(store);
  return store;
}

const now = systemClock.now();
/** Series 0 to `count`, each with one sample: its number and `tick` added up, unless `add` says otherwise. */
const body = (count: number, tick: number, add = tick): Uint8Array =>
  encodeWriteRequestV1(
    Array.from({ length: count }, (_, i) => ({
      labels: labelsFromObject({ __name__: 'x', i: String(i) }),
      timestampsMs: Float64Array.of(now + tick),
      values: Float64Array.of(i + add),
    })),
  );
const everything = {
  matchers: [{ kind: '=', name: '__name__', value: 'x' } as const],
  minTimestampMs: 0,
  maxTimestampMs: now + 1e6,
};

test('shard owners in threads keep, find, compact and find again', async () => {
  const store = open('a');
  await store.open();
  const outcomes = await Promise.all(
    [0, 1, 2].map((value) => store.write({ version: '1.0', bytes: body(100, value) })),
  );
  assert.deepEqual(
    outcomes.map(({ samples, refused }) => [samples, refused]),
    [
      [100, 0],
      [100, 0],
      [100, 0],
    ],
  );
  const conflict = await store.write({ version: '1.0', bytes: body(1, 0, 7) });
  assert.match(conflict.refusals, /1 duplicate timestamp.*x\{i="0"\} has another value/);
  const read = async (from: MetricStore): Promise<number[][]> => {
    const series = await from.select(everything, never);
    return series.map(({ labels, values }) => [Number(labels[3]), ...values]).sort((a, b) => a[0]! - b[0]!);
  };
  const expected = Array.from({ length: 100 }, (_, i) => [i, i, i + 1, i + 2]);
  assert.deepEqual(await read(store), expected);
  const range = { matcherSets: [], startMs: 0, endMs: now + 1e6 };
  assert.equal((await store.findSeries(range, never)).length, 100);
  assert.equal((await store.labelTexts('i', range, never)).length, 100);
  assert.equal((await store.figures()).headSamples, 300);
  await store.compact();
  assert.deepEqual(await read(store), expected);
  await store.close();
  const again = open('a');
  await again.open();
  assert.deepEqual(await read(again), expected);
  await again.write({ version: '1.0', bytes: body(100, 3) });
  await again.close();
  const third = open('a');
  await third.open();
  assert.equal((await read(third))[99]!.length, 5);
  await third.close();
});

test('a reader that leaves is told so, and the rest goes on', async () => {
  const store = open('b');
  await store.open();
  await store.write({ version: '1.0', bytes: body(10, 0) });
  const controller = new AbortController();
  const asked = store.select(everything, controller.signal);
  controller.abort(new Error('the client has gone'));
  await assert.rejects(asked, /the client has gone/);
  assert.equal((await store.select(everything, never)).length, 10);
  await store.close();
});

test('what an owner cannot open is an error of the store', async () => {
  await systemDisk.makeFolder(`${folder}/c/owner-0`);
  await systemDisk.writeFileAtomic(`${folder}/c/owner-0/journal`, Uint8Array.of(1));
  const store = open('c');
  await assert.rejects(store.open(), /EEXIST|ENOTDIR/);
});
