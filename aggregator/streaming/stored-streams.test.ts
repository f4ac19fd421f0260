import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { formatLabels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createMortalDisk, type MortalDisk } from '@tocsin/runtime/testing/mortal-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore, type MetricStore, type WriteOutcome } from '../store/metric-store.ts';
import { aggregateNaively, type NaivePoint, type NaiveSample } from '../testing/naive-aggregation.ts';
import { inputKeyLabels } from './input-key.ts';
import { createStreamRules, type StreamRuleConfig } from './stream-rule.ts';

const MINUTE = 60_000;
const T0 = 1_790_000_040_000;
const never = new AbortController().signal;

interface World {
  readonly disk: SimulatedDisk;
  readonly clock: ReturnType<typeof createSimulatedClock>;
  readonly random: Random;
  open(streams: readonly StreamRuleConfig[], folder?: string): Promise<MetricStore>;
  kill(): void;
}

function createWorld(seed = 1, owners = 2, limits = {}): World {
  const random = createSeededRandom(seed);
  const disk = createSimulatedDisk(random);
  const clock = createSimulatedClock(T0);
  const alive: MortalDisk[] = [];
  return {
    disk,
    clock,
    random,
    async open(streams, folder = '/metrics') {
      const own = createMortalDisk(disk);
      alive.push(own);
      const store = createMetricStore(
        { clock, disk: own, random, log: silentLog },
        {
          folder,
          limits: { ...DEFAULT_AGGREGATOR_LIMITS, deadSeriesMin: 2, ...limits },
          retention: [{ match: '{}', keep: { raw: 'forever' } }],
          streams,
          owners,
          segmentBytesMax: 2_000,
        },
      );
      await store.open();
      return store;
    },
    kill() {
      for (const own of alive) own.kill();
    },
  };
}

type Point = readonly [timeMs: number, value: number, startMs?: number];

const seriesOf = (labels: Record<string, string>, ...points: readonly Point[]): WriteSeries => ({
  labels: labelsFromObject(labels),
  timestampsMs: Float64Array.from(points, ([timeMs]) => timeMs),
  values: Float64Array.from(points, ([, value]) => value),
});

function write(store: MetricStore, ...series: readonly WriteSeries[]): Promise<WriteOutcome> {
  return store.write({ version: '1.0', bytes: encodeWriteRequestV1(series) });
}

/** All that is stored, by PromQL's way of writing labels; null: a stale marker. */
async function contents(store: MetricStore): Promise<Record<string, readonly NaivePoint[]>> {
  const found: Record<string, readonly NaivePoint[]> = {};
  const selection = {
    matchers: [{ kind: '!=' as const, name: '__name__', value: '' }],
    minTimestampMs: -1,
    maxTimestampMs: T0 + 1e10,
  };
  for (const { labels, timestampsMs, values } of await store.select(selection, never)) {
    assert.equal(found[formatLabels(labels)], undefined, 'no two series with equal labels');
    found[formatLabels(labels)] = Array.from(
      timestampsMs,
      (timeMs, i): NaivePoint => [timeMs - T0, isStaleAt(values, i) ? null : values[i]!],
    );
  }
  return found;
}

/** Lets time pass as it would for the aggregator: second by second. */
async function pass(world: World, store: MetricStore, durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 1_000) {
    await world.clock.advance(1_000);
    await store.closeWindows();
  }
}

const FLAT_HISTOGRAM = {
  schema: 0,
  counterReset: 'unknown' as const,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 3,
  sum: 2,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [2],
  negativeSpans: [],
  negativeBuckets: [],
  customBounds: [],
};

const PER_PATH: StreamRuleConfig = {
  match: '{__name__="requests_total"}',
  by: ['path'],
  interval: '1m',
  outputs: ['total_prometheus', 'count_series'],
};

describe('stream aggregation in the store', () => {
  it('stores what windows say and not what they say it of', async () => {
    const world = createWorld();
    const store = await world.open([PER_PATH]);
    for (let i = 0; i < 8; i++) {
      const outcome = await write(
        store,
        seriesOf({ __name__: 'requests_total', path: '/', pod: 'a' }, [world.clock.now(), i * 10]),
        seriesOf({ __name__: 'requests_total', path: '/', pod: 'b' }, [world.clock.now(), 500 + i]),
        seriesOf({ __name__: 'other' }, [world.clock.now(), i]),
      );
      assert.deepEqual([outcome.samples, outcome.refused], [3, 0]);
      await pass(world, store, 15_000);
    }
    await pass(world, store, MINUTE);
    const { other, ...outputs } = await contents(store);
    assert.equal(other!.length, 8);
    // The first samples are the base; a window takes what is after its start.
    assert.deepEqual(outputs, {
      'requests_total:1m_by_path_total_prometheus{path="/"}': [
        [0, 0],
        [MINUTE, 44],
        [2 * MINUTE, 77],
      ],
      'requests_total:1m_by_path_count_series{path="/"}': [
        [0, 2],
        [MINUTE, 2],
        [2 * MINUTE, 2],
      ],
    });
    const range = { matcherSets: [], startMs: 0, endMs: T0 * 2 };
    assert.deepEqual((await store.labelTexts(null, range, never)).toSorted(), ['__name__', 'path']);
    await pass(world, store, 10 * MINUTE);
    const later = (await contents(store))['requests_total:1m_by_path_total_prometheus{path="/"}']!;
    assert.deepEqual(later.at(-2), [6 * MINUTE, 77]);
    assert.deepEqual(later.at(-1), [7 * MINUTE, null]);
    await store.close();
  });

  it('keeps raw samples as well when every rule says so, and takes several rules', async () => {
    const world = createWorld(3);
    const store = await world.open([
      { match: '{__name__="a"}', by: [], interval: '10s', outputs: ['sum_samples'], keep_raw: true },
      { match: '{__name__=~"a|b"}', interval: '20s', outputs: ['max'], keep_raw: true, without: ['i'] },
      { match: '{__name__="b"}', by: ['i'], interval: '10s', outputs: ['last'], keep_metric_name: true },
    ]);
    const now = world.clock.now();
    const outcome = await write(
      store,
      seriesOf({ __name__: 'a', i: '1' }, [now + 1, 3], [now + 2, 4]),
      seriesOf({ __name__: 'b', i: '1' }, [now + 1, 5], [now + 2, 6]),
    );
    assert.deepEqual([outcome.samples, outcome.refused], [4, 0]);
    await pass(world, store, MINUTE);
    assert.deepEqual(await contents(store), {
      'a{i="1"}': [
        [1, 3],
        [2, 4],
      ],
      'a:10s_sum_samples': [
        [10_000, 7],
        [20_000, null],
      ],
      'a:20s_without_i_max': [[20_000, 4]],
      'b{i="1"}': [
        [10_000, 6],
        [20_000, null],
      ],
      'b:20s_without_i_max': [[20_000, 6]],
    });
    await store.close();
  });

  it('refuses what comes too late, says so, and takes what is late but not too late', async () => {
    const world = createWorld();
    const store = await world.open([{ ...PER_PATH, outputs: ['count_samples'] }]);
    const one = { __name__: 'requests_total', path: '/' };
    await pass(world, store, 80_000);
    assert.equal((await write(store, seriesOf(one, [T0 + 59_000, 1]))).refused, 0);
    await pass(world, store, 11_000);
    const late = await write(store, seriesOf(one, [T0 + 60_000, 1], [T0 + 60_001, 1]));
    assert.deepEqual([late.samples, late.refused], [1, 1]);
    assert.match(
      late.refusals,
      /too old.*requests_total\{path="\/"\} at \d+ ms, windows are closed up to \d+ ms/,
    );
    await pass(world, store, MINUTE);
    assert.deepEqual(Object.values(await contents(store)), [
      [
        [MINUTE, 1],
        [2 * MINUTE, 1],
      ],
    ]);
    await store.close();
  });

  it('takes a repeated sample once, and refuses another value', async () => {
    const world = createWorld();
    const store = await world.open([{ ...PER_PATH, outputs: ['sum_samples'], drop_labels: ['replica'] }]);
    const of = (replica: string) => ({ __name__: 'requests_total', path: '/', replica });
    assert.equal((await write(store, seriesOf(of('a'), [T0 + 5, 1]))).samples, 1);
    const repeated = await write(store, seriesOf(of('a'), [T0 + 5, 1]), seriesOf(of('b'), [T0 + 5, 1]));
    assert.deepEqual([repeated.samples, repeated.refused], [2, 0]);
    const other = await write(store, seriesOf(of('b'), [T0 + 5, 2]));
    assert.match(other.refusals, /duplicate timestamp: requests_total\{path="\/"\} has another value/);
    await pass(world, store, 2 * MINUTE);
    assert.deepEqual(Object.values(await contents(store))[0], [[MINUTE, 1]]);
    await store.close();
  });

  it('goes over to other rules, closing the windows of those that end', async () => {
    const world = createWorld();
    const store = await world.open([{ ...PER_PATH, outputs: ['sum_samples'] }]);
    const settings = {
      retention: [],
      layers: [],
      limits: DEFAULT_AGGREGATOR_LIMITS,
    };
    const one = { __name__: 'requests_total', path: '/' };
    await write(store, seriesOf(one, [T0 + 1, 1]));
    await store.configure({ ...settings, streams: [{ ...PER_PATH, outputs: ['max'] }] });
    await write(store, seriesOf(one, [T0 + 2, 2]));
    await pass(world, store, 1_000);
    await store.configure({ ...settings, streams: [] });
    await write(store, seriesOf(one, [T0 + 3, 3]));
    await pass(world, store, 1_000);
    await store.configure({ ...settings, streams: [{ ...PER_PATH, outputs: ['max'] }] });
    await write(store, seriesOf(one, [T0 + MINUTE + 1, 4]));
    await pass(world, store, 4 * MINUTE);
    assert.deepEqual(await contents(store), {
      'requests_total{path="/"}': [[3, 3]],
      'requests_total:1m_by_path_sum_samples{path="/"}': [[MINUTE, 1]],
      'requests_total:1m_by_path_max{path="/"}': [
        [MINUTE, 2],
        [2 * MINUTE, 4],
        [3 * MINUTE, null],
      ],
    });
    await store.close();
  });

  it('ends rules that are gone after a restart, and goes on with the others', async () => {
    const world = createWorld();
    const kept: StreamRuleConfig = { ...PER_PATH, match: '{__name__="kept"}', outputs: ['sum_samples'] };
    const first = await world.open([PER_PATH, kept]);
    await write(first, seriesOf({ __name__: 'requests_total', path: '/' }, [T0 + 1, 1]));
    await write(first, seriesOf({ __name__: 'kept', path: '/' }, [T0 + 1, 1]));
    world.kill();
    world.disk.cutPower();
    const second = await world.open([kept]);
    await write(second, seriesOf({ __name__: 'requests_total', path: '/' }, [T0 + 2, 7]));
    await write(second, seriesOf({ __name__: 'kept', path: '/' }, [T0 + 2, 2]));
    await pass(world, second, 2 * MINUTE);
    assert.deepEqual(await contents(second), {
      'requests_total{path="/"}': [[2, 7]],
      'requests_total:1m_by_path_total_prometheus{path="/"}': [[MINUTE, 0]],
      'requests_total:1m_by_path_count_series{path="/"}': [[MINUTE, 1]],
      'kept:1m_by_path_sum_samples{path="/"}': [[MINUTE, 3]],
    });
    await second.close();
  });

  it('knows after a restart which windows are closed, and waits for senders that were waiting for it', async () => {
    const world = createWorld();
    const rules = [{ ...PER_PATH, outputs: ['sum_samples'] }];
    const one = { __name__: 'requests_total', path: '/' };
    const first = await world.open(rules);
    await write(first, seriesOf(one, [T0 + 1, 1], [T0 + MINUTE + 1, 2]));
    await pass(world, first, 95_000);
    world.kill();
    world.disk.cutPower();
    await world.clock.advance(10 * MINUTE);
    const second = await world.open(rules);
    await second.closeWindows();
    const outcome = await write(
      second,
      seriesOf(one, [T0 + 2, 10], [T0 + MINUTE + 2, 20], [T0 + 5 * MINUTE, 30]),
    );
    assert.deepEqual([outcome.samples, outcome.refused], [2, 1]);
    assert.match(outcome.refusals, /windows are closed up to/);
    await pass(world, second, 40_000);
    assert.equal((await write(second, seriesOf(one, [T0 + 5 * MINUTE, 30]))).refused, 1);
    assert.deepEqual(Object.values(await contents(second)), [
      [
        [MINUTE, 1],
        [2 * MINUTE, 22],
        [3 * MINUTE, null],
        [5 * MINUTE, 30],
        [6 * MINUTE, null],
      ],
    ]);
    await second.close();
  });

  it('takes no input from a sender that calls itself one', async () => {
    const world = createWorld();
    const store = await world.open([PER_PATH]);
    const [rule] = createStreamRules([PER_PATH]);
    const forged = {
      ...seriesOf({}, [T0 + 1, 1]),
      labels: inputKeyLabels(rule!.id, ['__name__', 'requests_total']),
    };
    const outcome = await write(store, forged);
    assert.deepEqual([outcome.samples, outcome.refused], [0, 1]);
    assert.match(outcome.refusals, /invalid labels: label name .*rule" begins with a zero byte/);
    await store.close();
  });

  it('stores histograms of aggregated series as they come', async () => {
    const world = createWorld();
    const store = await world.open([PER_PATH]);
    const labels = { __name__: 'requests_total', path: '/', pod: 'a' };
    const histogram = {
      labels: labelsFromObject(labels),
      timestampsMs: Float64Array.of(T0 + 1),
      values: Float64Array.of(Number.NaN),
      histograms: [FLAT_HISTOGRAM],
    };
    const outcome = await write(
      store,
      seriesOf(labels, [T0 + 1, 1]),
      histogram,
      seriesOf(labels, [T0 + 2, 2]),
    );
    assert.deepEqual([outcome.samples, outcome.histograms, outcome.refusals], [2, 1, '']);
    await pass(world, store, 2 * MINUTE);
    const found = await contents(store);
    assert.deepEqual(Object.keys(found).toSorted(), [
      'requests_total:1m_by_path_count_series{path="/"}',
      'requests_total:1m_by_path_total_prometheus{path="/"}',
      'requests_total{path="/", pod="a"}',
    ]);
    assert.deepEqual(found['requests_total:1m_by_path_total_prometheus{path="/"}']![0], [MINUTE, 1]);
    await store.close();
  });

  it('refuses samples when open windows are full, and series at a limit, naming which', async () => {
    const world = createWorld(1, 1, { streamSamplesMax: 2, seriesPerMetricMax: 2 });
    const store = await world.open([{ ...PER_PATH, outputs: ['sum_samples'] }]);
    const of = (pod: string) => ({ __name__: 'requests_total', path: '/', pod });
    const full = await write(store, seriesOf(of('1'), [T0 + 1, 1], [T0 + 2, 1], [T0 + 3, 1]));
    assert.deepEqual([full.samples, full.refused], [2, 1]);
    assert.match(
      full.refusals,
      /1 limit reached.*open windows hold as many samples as limits\.stream_samples allows/,
    );
    await pass(world, store, 2 * MINUTE);
    assert.equal((await write(store, seriesOf(of('2'), [T0 + 3 * MINUTE, 1]))).refused, 0);
    const limited = await write(store, seriesOf(of('3'), [T0 + 3 * MINUTE, 1]));
    assert.match(
      limited.refusals,
      /metric requests_total has 2 series, as many as limits\.series_per_metric/,
    );
    await store.close();
  });

  it('stores what windows say once there is room again on a full disk', async () => {
    const world = createWorld();
    const store = await world.open([{ ...PER_PATH, outputs: ['sum_samples'] }]);
    const one = { __name__: 'requests_total', path: '/' };
    await write(store, seriesOf(one, [T0 + 1, 1], [T0 + MINUTE + 1, 2]));
    world.disk.setFreeBytes(10);
    await pass(world, store, 4 * MINUTE);
    assert.deepEqual(await contents(store), {});
    await assert.rejects(write(store, seriesOf(one, [world.clock.now(), 3])), /ENOSPC|nearly full/);
    world.disk.setFreeBytes(Number.POSITIVE_INFINITY);
    await store.maintain();
    await write(store, seriesOf(one, [world.clock.now(), 4]));
    await pass(world, store, 2 * MINUTE);
    assert.deepEqual(Object.values(await contents(store)), [
      [
        [MINUTE, 1],
        [2 * MINUTE, 2],
        [3 * MINUTE, null],
        [4 * MINUTE, 4],
        [5 * MINUTE, null],
      ],
    ]);
    await store.close();
  });

  it('starts from a snapshot with the windows that were open', async () => {
    const world = createWorld(1, 1);
    const rules = [{ ...PER_PATH, outputs: ['sum_samples'] }];
    const one = { __name__: 'requests_total', path: '/' };
    const store = await world.open(rules);
    await write(store, seriesOf(one, [T0 + 1, 1]));
    await store.snapshot('/copy', false);
    await store.close();
    const copy = await world.open(rules, '/copy');
    await write(copy, seriesOf(one, [T0 + 1, 1], [T0 + 2, 2]));
    await pass(world, copy, 2 * MINUTE);
    assert.deepEqual(Object.values(await contents(copy))[0]![0], [MINUTE, 3]);
    await copy.close();
  });

  it('starts anew from a damaged file, and names it', async () => {
    const world = createWorld(1, 1);
    const first = await world.open([PER_PATH]);
    await write(first, seriesOf({ __name__: 'requests_total', path: '/' }, [T0 + 1, 1]));
    await first.compact();
    await first.close();
    const path = '/metrics/owner-0/stream-aggregation.state';
    const bytes = await world.disk.readFile(path);
    bytes[30]! ^= 1;
    await world.disk.writeFileAtomic(path, bytes);
    const second = await world.open([PER_PATH]);
    assert.match(
      second.trouble().quarantined.join(),
      /stream-aggregation\.state\.damaged: its checksum is wrong/,
    );
    const one = { __name__: 'requests_total', path: '/' };
    assert.equal((await write(second, seriesOf(one, [T0 + 2, 1]))).refused, 0);
    await second.close();
  });
});

const cuts = Number(process.env['STREAM_CUTS'] ?? 10);

const CRASH_RULES: readonly StreamRuleConfig[] = [
  { ...PER_PATH, outputs: ['total', 'increase', 'sum_samples', 'count_samples'], staleness: '2m' },
  {
    match: '{path="/b"}',
    by: [],
    interval: '30s',
    late: '1m',
    outputs: ['count_samples', 'min'],
    keep_raw: true,
  },
];

test(`after ${cuts} power cuts windows say what they would have said without`, async () => {
  for (let seed = 1; seed <= cuts; seed++) await lives(seed);
});

interface Sender {
  readonly labels: Record<string, string>;
  /** Sent until they are acknowledged. */
  waiting: NaiveSample[];
  readonly acknowledged: NaiveSample[];
  count: number;
}

/** Several lives of one store, each ended by a power cut at a random operation; senders send again what was not acknowledged. */
async function lives(seed: number): Promise<void> {
  const world = createWorld(seed, 1 + (seed % 3));
  const { disk, random, clock } = world;
  const senders: Sender[] = [];
  let store = await world.open(CRASH_RULES);
  for (let life = 0; life < 5; life++) {
    let operations = random.below(150);
    disk.onOperation = () => {
      if (operations-- !== 0) return;
      disk.onOperation = () => undefined;
      world.kill();
      disk.cutPower();
      throw Object.assign(new Error('power cut'), { code: 'EIO' });
    };
    try {
      if (life > 0) store = await world.open(CRASH_RULES);
      await live(world, store, senders);
      break;
    } catch (error) {
      assert.match(String(error), /power cut|EIO|not open|process has ended/, `seed ${seed}`);
    }
  }
  disk.onOperation = () => undefined;
  world.kill();
  disk.cutPower();
  store = await world.open(CRASH_RULES);
  for (const sender of senders) await deliver(store, sender, seed);
  await pass(world, store, 5 * MINUTE);
  const found = await contents(store);
  const endMs = clock.now() - 2 * MINUTE;
  for (const rule of createStreamRules(CRASH_RULES))
    for (const path of ['/a', '/b']) {
      const isMeant = rule.config.by?.length !== 0 || path === '/b';
      if (!isMeant) continue;
      const inputs = senders
        .filter(({ labels }) => labels['path'] === path)
        .map(({ acknowledged }) => acknowledged.toSorted((a, b) => a.timeMs - b.timeMs));
      const group = rule.config.by?.length === 0 ? '' : `{path="${path}"}`;
      const name = `requests_total:${rule.config.interval}${group === '' ? '' : '_by_path'}`;
      for (const [output, points] of aggregateNaively(rule, inputs, T0, endMs)) {
        const until = (found[`${name}_${output}${group}`] ?? []).filter(([timeMs]) => timeMs <= endMs - T0);
        assert.deepEqual(
          until,
          points.map(([timeMs, value]) => [timeMs - T0, value]),
          `seed ${seed}: ${name}_${output}${group}`,
        );
      }
    }
  await store.close();
}

async function live(world: World, store: MetricStore, senders: Sender[]): Promise<void> {
  const { random, clock } = world;
  for (let round = 0; round < 40; round++) {
    if (senders.length === 0 || random.below(12) === 0)
      senders.push({
        labels: {
          __name__: 'requests_total',
          path: random.below(2) === 0 ? '/a' : '/b',
          pod: String(senders.length),
        },
        waiting: [],
        acknowledged: [],
        count: random.below(1_000),
      });
    for (const sender of senders) {
      if (random.below(15) === 0) sender.count = 0;
      sender.count += random.below(20);
      // Some are quiet for a while, and some samples come a bit late.
      if (random.below(4) !== 0)
        sender.waiting.push({
          timeMs: clock.now() - random.below(2) * random.below(15_000),
          value: sender.count,
          startMs: 0,
        });
    }
    await Promise.all(senders.map((sender) => deliver(store, sender, 0)));
    await pass(world, store, random.below(15) === 0 ? 3 * MINUTE : 5_000);
    if (random.below(8) === 0) await store.maintain();
    if (random.below(12) === 0) await store.retain();
    if (random.below(12) === 0) await store.compact();
  }
}

async function deliver(store: MetricStore, sender: Sender, seed: number): Promise<void> {
  // One timestamp has one value.
  const known = new Set(sender.acknowledged.map(({ timeMs }) => timeMs));
  sender.waiting = sender.waiting.filter(({ timeMs }) => !known.has(timeMs) && known.add(timeMs));
  const sent = sender.waiting;
  if (sent.length === 0) return;
  const points = sent.map(({ timeMs, value }): Point => [timeMs, value]);
  const outcome = await write(store, seriesOf(sender.labels, ...points));
  assert.deepEqual([outcome.refusals, outcome.samples], ['', sent.length], `seed ${seed}`);
  sender.acknowledged.push(...sent);
  sender.waiting = sender.waiting.filter((one) => !sent.includes(one));
}
