import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { parseLogql } from '@tocsin/protocol/logql/parse.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock, type SimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { Registry } from 'prom-client';
import type { LogStream } from './log-entry.ts';
import { createLogStore, type LogStore, type LogStoreConfig } from './log-store.ts';
import type { LineQuery } from './select-lines.ts';

const START_MS = Date.UTC(2026, 0, 10);
const DAY_MS = 24 * 3_600_000;

interface World {
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
}

function createWorld(seed = 1): World {
  return { disk: createSimulatedDisk(createSeededRandom(seed)), clock: createSimulatedClock(START_MS) };
}

async function openStore(world: World, config: Partial<LogStoreConfig> = {}): Promise<LogStore> {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  const store = createLogStore({ ...world, log: silentLog, registry }, { folder: '/data/logs', ...config });
  await store.open();
  return store;
}

function ns(offsetMs: number): bigint {
  return BigInt(START_MS + offsetMs) * 1_000_000n;
}

function stream(
  labels: Record<string, string>,
  lines: readonly [offsetMs: number, line: string, metadata?: object][],
): LogStream {
  return {
    labels: labelsFromObject(labels),
    entries: lines.map(([offsetMs, line, metadata]) => ({
      timestampNs: ns(offsetMs),
      line,
      structuredMetadata: labelsFromObject({ ...metadata }),
    })),
  };
}

async function find(store: LogStore, query: string, options: Partial<LineQuery> = {}): Promise<string[]> {
  const parsed = parseLogql(query);
  assert.ok(parsed.kind === 'log_query');
  const { lines } = await store.select({
    query: parsed,
    startNs: ns(-30 * DAY_MS),
    endNs: ns(30 * DAY_MS),
    limit: 100,
    direction: 'forward',
    ...options,
  });
  return lines.map(({ line }) => line);
}

const shop = { service_name: 'shop', level: 'info' };
/** Seals at once, so that a test has blocks without megabytes. */
const SMALL = { limits: { headAgeMsMax: 0 } };

describe('log store', () => {
  it('counts each line once in every moment of sealing', async () => {
    const world = createWorld();
    const asked: Promise<number>[] = [];
    // Asks between all continuations from the moment on in which the block is written.
    const askOften = async (): Promise<void> => {
      for (let i = 0; i < 300; i++) {
        asked.push(count());
        await undefined;
      }
    };
    const disk: SimulatedDisk = {
      ...world.disk,
      async writeFileAtomic(path, bytes) {
        void askOften();
        await world.disk.writeFileAtomic(path, bytes);
      },
    };
    const store = await openStore({ ...world, disk }, SMALL);
    const lines = 40;
    const parsed = parseLogql('{service_name="shop"}');
    assert.ok(parsed.kind === 'log_query');
    const count = async (): Promise<number> => {
      const counts = await store.count({
        query: parsed,
        startNs: ns(0),
        endNs: ns(1_000),
        bucketNs: 1_000_000_000n,
        buckets: 1,
      });
      return [...counts.values()].flatMap((column) => [...column]).reduce((sum, one) => sum + one, 0);
    };
    await store.append([
      stream(
        shop,
        Array.from({ length: lines }, (_, i) => [i, `line ${i}`] as const),
      ),
    ]);
    await store.maintain();
    await nextTurn();
    assert.equal(asked.length, 300);
    assert.equal(store.figures().blocks, 1);
    assert.deepEqual([...new Set(await Promise.all(asked))], [lines]);
  });

  it('finds lines by stream, text, label and time, in both directions', async () => {
    const store = await openStore(createWorld());
    await store.append([
      stream(shop, [
        [3, 'order 3 paid', { trace_id: 'abc', took: '1.5s' }],
        [1, 'order 1 placed'],
        [2, 'cart 2 opened', { took: '20ms' }],
      ]),
      stream({ service_name: 'shop', level: 'error' }, [[4, 'order 4 failed']]),
      stream({ service_name: 'bank', level: 'info' }, [[5, 'transfer']]),
    ]);
    const all = ['order 1 placed', 'cart 2 opened', 'order 3 paid', 'order 4 failed'];
    for (const sealed of [false, true]) {
      assert.deepEqual(await find(store, '{service_name="shop"}'), all);
      assert.deepEqual(
        await find(store, '{service_name="shop"}', { direction: 'backward' }),
        all.toReversed(),
      );
      assert.deepEqual(await find(store, '{service_name="shop"}', { direction: 'backward', limit: 2 }), [
        all[3],
        all[2],
      ]);
      assert.deepEqual(await find(store, '{service_name="shop"}', { limit: 1 }), [all[0]]);
      assert.deepEqual(await find(store, '{service_name="shop"} |= "order" != "failed"'), [all[0], all[2]]);
      assert.deepEqual(await find(store, '{service_name="shop"} |~ "(?i)ORDER [34]"'), [all[2], all[3]]);
      assert.deepEqual(await find(store, '{service_name="shop"} |= "cart" or "paid"'), [all[1], all[2]]);
      assert.deepEqual(await find(store, '{service_name=~"sh.*", level!="info"}'), [all[3]]);
      assert.deepEqual(await find(store, '{service_name=~".+"} | level="error"'), [all[3]]);
      assert.deepEqual(await find(store, '{service_name=~".+"} | detected_level="error"'), [all[3]]);
      assert.deepEqual(await find(store, '{service_name=~".+"} | trace_id="abc"'), [all[2]]);
      assert.deepEqual(await find(store, '{service_name="shop"} | took > 1s or level="error"'), [
        all[2],
        all[3],
      ]);
      assert.deepEqual(await find(store, '{service_name="shop"}', { startNs: ns(2), endNs: ns(4) }), [
        all[1],
        all[2],
      ]);
      if (!sealed) await sealNow(store);
    }
    await store.close();
  });

  it('keeps the order of arrival among lines of one time', async () => {
    const store = await openStore(createWorld(), SMALL);
    await store.append([
      stream(shop, [
        [1, 'z'],
        [1, 'a'],
        [1, 'm'],
      ]),
    ]);
    assert.deepEqual(await find(store, '{level="info"}'), ['z', 'a', 'm']);
    await store.maintain();
    assert.equal(store.figures().blocks, 1);
    assert.deepEqual(await find(store, '{level="info"}'), ['z', 'a', 'm']);
    assert.deepEqual(await find(store, '{level="info"}', { direction: 'backward' }), ['m', 'a', 'z']);
    await store.close();
  });

  it('keeps a record that is sent twice once, but not one that differs', async () => {
    const store = await openStore(createWorld(), SMALL);
    const batch = [stream(shop, [[1, 'same', { trace_id: 'a' }]])];
    await store.append(batch);
    await store.append(batch);
    assert.deepEqual(await find(store, '{level="info"}'), ['same']);
    await store.maintain();
    await store.append(batch);
    await store.append([stream(shop, [[1, 'same', { trace_id: 'b' }]])]);
    assert.deepEqual(await find(store, '{level="info"}'), ['same', 'same']);
    await store.maintain();
    assert.deepEqual(await find(store, '{level="info"}'), ['same', 'same']);
    await store.close();
  });

  it('has everything acknowledged after a restart, from journal and blocks', async () => {
    const world = createWorld();
    let store = await openStore(world, SMALL);
    await store.append([stream(shop, [[1, 'first']])]);
    await store.maintain();
    await store.append([stream(shop, [[2, 'second']])]);
    await store.close();
    store = await openStore(world, SMALL);
    assert.deepEqual(await find(store, '{level="info"}'), ['first', 'second']);
    assert.deepEqual([store.figures().blocks, store.figures().headLines], [1, 1]);
    await store.close();
  });

  it('loses nothing acknowledged when power is cut at any moment', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const world = createWorld(seed);
      const random = createSeededRandom(seed);
      const acknowledged: string[] = [];
      let store = await openStore(world, SMALL);
      let number = 0;
      for (let round = 0; round < 3; round++) {
        let operations = 0;
        const cutAt = random.below(40);
        world.disk.onOperation = () => {
          if (++operations === cutAt) throw Object.assign(new Error('EIO: power is gone'), { code: 'EIO' });
          if (operations > cutAt) throw Object.assign(new Error('EIO: no power'), { code: 'EIO' });
        };
        for (let i = 0; i < 6; i++) {
          const line = `line ${number++}`;
          try {
            await store.append([stream(shop, [[number, line]])]);
            acknowledged.push(line);
            if (random.below(3) === 0) await store.maintain();
          } catch (error) {
            assert.match(String(error), /EIO|power/);
          }
        }
        world.disk.onOperation = () => undefined;
        world.disk.cutPower();
        store = await openStore(world, SMALL);
        const found = await find(store, '{level="info"}');
        for (const line of acknowledged) assert.ok(found.includes(line), `seed ${seed} lost ${line}`);
        assert.equal(new Set(found).size, found.length, `seed ${seed} repeats a line`);
      }
      await store.close();
    }
  });

  it('finds every line exactly once while blocks are sealed beside appends and queries', async () => {
    const world = createWorld();
    const config = { limits: { headBytesMax: 2_000 } };
    let store = await openStore(world, config);
    const lines = Array.from(
      { length: 300 },
      (_, i) => `line ${String(i).padStart(3, '0')} ${'.'.repeat(100)}`,
    );
    let acknowledged = 0;
    await Promise.all(
      lines.map(async (line, i) => {
        for (let turns = i % 60; turns > 0; turns--) await nextTurn();
        await store.append([stream({ service_name: `s${i % 7}` }, [[i, line]])]);
        const before = ++acknowledged;
        if (i % 5 > 0) return;
        const found = await find(store, '{service_name=~".+"}', { limit: 1000 });
        assert.equal(new Set(found).size, found.length);
        assert.ok(found.length >= before, `${found.length} of ${before} acknowledged lines are found`);
      }),
    );
    await store.maintain();
    assert.ok(store.figures().blocks > 1);
    assert.deepEqual(await find(store, '{service_name=~".+"}', { limit: 1000 }), lines);
    await store.close();
    store = await openStore(world, config);
    assert.deepEqual(await find(store, '{service_name=~".+"}', { limit: 1000 }), lines);
    await store.close();
  });

  it('skips chunks that cannot hold the needle', async () => {
    const store = await openStore(createWorld(), SMALL);
    const lines = (from: number) =>
      Array.from({ length: 5000 }, (_, i): [number, string] => [
        from + i,
        `request ${from + i} took ${i * 7} ms in the catalogue`,
      ]);
    await store.append([
      stream(shop, [...lines(0), [6000, 'charged card 4929-1111-2222'], ...lines(10_000)]),
    ]);
    await store.maintain();
    const skipped = async () => (await store.metrics.skippedChunks.get()).values[0]?.value ?? 0;
    assert.equal(await skipped(), 0);
    assert.deepEqual(await find(store, '{level="info"} |= "4929-1111"'), ['charged card 4929-1111-2222']);
    assert.ok((await skipped()) > 0);
    await store.close();
  });

  it('removes blocks whose time is over and refuses lines as old', async () => {
    const world = createWorld();
    const store = await openStore(world, { ...SMALL, retentionMs: 2 * DAY_MS });
    await store.append([stream(shop, [[0, 'old']])]);
    await store.maintain();
    await world.clock.advance(DAY_MS);
    await store.append([stream(shop, [[DAY_MS, 'new']])]);
    await store.maintain();
    await world.clock.advance(1.5 * DAY_MS);
    await store.retain();
    assert.deepEqual(await find(store, '{level="info"}'), ['new']);
    assert.equal(store.figures().blocks, 1);
    assert.equal((await world.disk.list('/data/logs/blocks')).length, 1);
    assert.equal(store.oldestNs(), ns(0.5 * DAY_MS));
    await store.close();
  });

  it('names a damaged block, keeps answering from the others, and says so when a chunk is damaged', async () => {
    const world = createWorld();
    let store = await openStore(world, SMALL);
    await store.append([stream(shop, [[1, 'first line of the first block']])]);
    await store.maintain();
    await store.append([stream(shop, [[2, 'second']])]);
    await store.maintain();
    await store.close();
    const [first, second] = await world.disk.list('/data/logs/blocks');
    const sizeBytes = (await world.disk.size(`/data/logs/blocks/${first!.name}`))!;
    world.disk.flipBit(`/data/logs/blocks/${first!.name}`, (sizeBytes - 30) * 8);
    store = await openStore(world, SMALL);
    assert.equal(store.figures().unreadable.length, 1);
    assert.match(store.figures().unreadable[0]!, /^block-\d+\.logs: .*checksum/);
    assert.deepEqual(await find(store, '{level="info"}'), ['second']);
    world.disk.flipBit(`/data/logs/blocks/${second!.name}`, 8 * 8);
    await assert.rejects(
      find(store, '{level="info"}'),
      /cannot be read: the checksum of the section at byte 5 is wrong/,
    );
    await store.close();
  });

  it('answers streams and their extent by time', async () => {
    const store = await openStore(createWorld(), SMALL);
    await store.append([stream(shop, [[1, 'ab']])]);
    await store.maintain();
    await store.append([stream(shop, [[2, 'cde']]), stream({ service_name: 'bank' }, [[50, 'x']])]);
    const [extent, ...others] = store.extents(ns(0), ns(10));
    assert.deepEqual(others, []);
    assert.deepEqual(extent?.labels, labelsFromObject(shop));
    assert.deepEqual([extent?.stats.entries, extent?.stats.chunks], [2, 1]);
    assert.equal(store.extents(ns(0), ns(51)).length, 2);
    await store.close();
  });

  it('sheds lines when sealing does not keep up, or the disk is nearly full', async () => {
    const world = createWorld();
    const store = await openStore(world, { limits: { headBytesHard: 1000 } });
    await store.append([stream(shop, [[1, 'x'.repeat(2000)]])]);
    await assert.rejects(store.append([stream(shop, [[2, 'y']])]), /faster than they can be sealed/);
    await store.close();
    const full = await openStore(world);
    world.disk.setFreeBytes(1000);
    await assert.rejects(full.append([stream(shop, [[2, 'y']])]), /disk has less than/);
    world.disk.setFreeBytes(Number.POSITIVE_INFINITY);
    await world.clock.advance(2000);
    await full.append([stream(shop, [[2, 'y']])]);
    await full.close();
  });
});

async function sealNow(store: LogStore): Promise<void> {
  const lines = Array.from({ length: 40 }, (_, i): [number, string] => [i, 'x'.repeat(250_000)]);
  await store.append([stream({ service_name: 'filler' }, lines)]);
  await store.maintain();
  assert.equal(store.figures().headLines, 0);
  assert.ok(store.figures().blocks >= 1);
}
