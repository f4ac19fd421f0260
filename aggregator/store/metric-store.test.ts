import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { type Labels, labelsFromObject, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import type { RollupNeeds } from '@tocsin/query/storage.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createMortalDisk, type MortalDisk } from '@tocsin/runtime/testing/mortal-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import type { RetentionRule } from '../retention/retention-policies.ts';
import { createMetricStore, type MetricStore, type WriteOutcome } from './metric-store.ts';

const HOUR = 3_600_000;
const T0 = 1_790_000_000_000;
const EVERYTHING: Matcher = { kind: '!=', name: '__name__', value: '' };
const never = new AbortController().signal;

interface Setup {
  readonly disk: SimulatedDisk;
  readonly clock: ReturnType<typeof createSimulatedClock>;
  readonly random: Random;
  /** A store that ends when the power is cut, as a process would. */
  open(folder?: string): MetricStore;
  /** Ends the stores that were opened. */
  kill(): void;
}

function setup(retention: readonly RetentionRule[] = [], seed = 1, limits = {}, owners = 2): Setup {
  const random = createSeededRandom(seed);
  const disk = createSimulatedDisk(random);
  const clock = createSimulatedClock(T0);
  const config = {
    limits: { ...DEFAULT_AGGREGATOR_LIMITS, ...limits },
    retention,
    owners,
    segmentBytesMax: 2_000,
  };
  const alive: MortalDisk[] = [];
  const open = (folder = '/metrics') => {
    const own = createMortalDisk(disk);
    alive.push(own);
    return createMetricStore({ clock, disk: own, random, log: silentLog }, { ...config, folder });
  };
  const kill = () => {
    for (const own of alive) own.kill();
  };
  return { disk, clock, random, open, kill };
}

const seriesOf = (
  labels: Record<string, string>,
  ...points: readonly (readonly [number, number])[]
): WriteSeries => ({
  labels: labelsFromObject(labels),
  timestampsMs: Float64Array.from(points, ([time]) => time),
  values: Float64Array.from(points, ([, value]) => value),
});

function write(store: MetricStore, ...series: readonly WriteSeries[]): Promise<WriteOutcome> {
  return store.write({ version: '1.0', bytes: encodeWriteRequestV1(series) });
}

const EMPTY_HISTOGRAM: Histogram = {
  schema: 0,
  counterReset: 'unknown',
  zeroThreshold: 0.001,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: [],
  negativeSpans: [],
  negativeBuckets: [],
  customBounds: [],
};

type Contents = Record<string, readonly (readonly [number, number])[]>;

async function contents(store: MetricStore, matchers: readonly Matcher[] = [EVERYTHING]): Promise<Contents> {
  const selection = { matchers, minTimestampMs: -1, maxTimestampMs: T0 + 1_000 * HOUR };
  const found: Record<string, (readonly [number, number])[]> = {};
  for (const { labels, timestampsMs, values } of await store.select(selection, never)) {
    assert.equal(found[labelsKey(labels)], undefined, 'no two series with equal labels');
    found[labelsKey(labels)] = Array.from(timestampsMs, (time, i) => [time, values[i]!] as const);
  }
  return found;
}

const key = (labels: Record<string, string>): string => labelsKey(labelsFromObject(labels));

/** Runs work that waits on the simulated clock. */
async function withTime<T>({ clock }: Setup, work: Promise<T>): Promise<T> {
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  watched.catch(() => undefined);
  for (let i = 0; i < 5_000 && !done; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!done) await clock.advance(1);
  }
  return await watched;
}

describe('the metric store', () => {
  it('keeps what is good, names what is refused, and ignores repeats', async () => {
    const { open } = setup([], 1, { seriesPerMetricMax: 2 });
    const store = open();
    await store.open();
    const outcome = await write(
      store,
      seriesOf({ __name__: 'a' }, [T0, 1], [T0 + 11 * 60_000, 2], [T0 - 800 * 24 * HOUR, 3]),
      seriesOf({ job: 'nameless' }, [T0, 1]),
      seriesOf({ __name__: 'b', i: '1' }, [T0, 1]),
      seriesOf({ __name__: 'b', i: '2' }, [T0, 1]),
      seriesOf({ __name__: 'b', i: '3' }, [T0, 1]),
    );
    assert.equal(outcome.samples, 3);
    assert.equal(outcome.refused, 4);
    for (const expected of [
      /1 too far in the future/,
      /1 too old/,
      /no metric name/,
      /metric b has 2 series, as many as limits\.series_per_metric allows/,
    ])
      assert.match(outcome.refusals, expected);
    const repeat = await write(store, seriesOf({ __name__: 'a' }, [T0, 1]));
    assert.deepEqual([repeat.samples, repeat.refused], [1, 0]);
    const conflict = await write(store, seriesOf({ __name__: 'a' }, [T0, 2]));
    assert.match(conflict.refusals, /1 duplicate timestamp.*a has another value/);
    assert.deepEqual((await contents(store))[key({ __name__: 'a' })], [[T0, 1]]);
    await store.close();
  });

  it('finds everything again after a restart, out-of-order samples included', async () => {
    const { open } = setup();
    const first = open();
    await first.open();
    await write(first, seriesOf({ __name__: 'a', x: 'ö' }, [T0, 1], [T0 + 2_000, 3]));
    await write(first, seriesOf({ __name__: 'a', x: 'ö' }, [T0 + 1_000, 2]));
    await write(first, seriesOf({ __name__: 'b' }, [T0 - 5 * HOUR, 7]));
    const before = await contents(first);
    await first.close();
    const second = open();
    await second.open();
    assert.deepEqual(await contents(second), before);
    assert.deepEqual(before[key({ __name__: 'a', x: 'ö' })], [
      [T0, 1],
      [T0 + 1_000, 2],
      [T0 + 2_000, 3],
    ]);
    await second.close();
  });

  it('keeps when counters began, through restarts, sealing and merging', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    const histogram = { ...EMPTY_HISTOGRAM, count: 2, zeroCount: 2 };
    const begun = {
      ...seriesOf({ __name__: 'a' }, [T0, 1], [T0 + 1, 2], [T0 + 2, 3]),
      startsMs: Float64Array.of(0, 5, 5),
    };
    const late = { ...seriesOf({ __name__: 'a' }, [T0 - 5_000, 9]), startsMs: Float64Array.of(4) };
    const native = {
      ...seriesOf({ __name__: 'h' }, [T0, Number.NaN], [T0 + 1, Number.NaN]),
      histograms: [histogram, histogram],
      startsMs: Float64Array.of(0, T0 - 7),
    };
    await write(store, begun, native);
    await write(store, late);
    const startsOf = async (from: MetricStore): Promise<readonly (readonly number[])[]> => {
      const selection = { matchers: [EVERYTHING], minTimestampMs: 0, maxTimestampMs: T0 + HOUR };
      const found = await from.select(selection, never);
      return found.map(({ startsMs }) => [...(startsMs ?? [])]).sort((a, b) => b.length - a.length);
    };
    const expected = [
      [4, 0, 5, 5],
      [0, T0 - 7],
    ];
    assert.deepEqual(await startsOf(store), expected);
    world.kill();
    const again = world.open();
    await again.open();
    assert.deepEqual(await startsOf(again), expected);
    await world.clock.advance(30 * HOUR);
    await withTime(world, again.compact());
    assert.deepEqual(await startsOf(again), expected);
    assert.ok((await world.disk.list('/metrics/owner-0/partitions')).length > 1);
    await again.close();
  });

  it('seals ranges that are over, cuts the journal, and answers the same', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    for (let hour = 0; hour < 9; hour++) {
      for (let i = 0; i < 30; i++) {
        const now = T0 + hour * HOUR + i * 120_000;
        await write(
          store,
          seriesOf({ __name__: 'a' }, [now, i]),
          seriesOf({ __name__: 'b', hour: String(hour) }, [now, hour]),
        );
        await world.clock.advance(120_000);
      }
      await withTime(world, store.maintain());
    }
    const figures = await store.figures();
    assert.ok(figures.partitions >= 3, `${figures.partitions} partitions`);
    assert.ok(figures.openRanges <= 2, `${figures.openRanges} open ranges`);
    const before = await contents(store);
    assert.equal(before[key({ __name__: 'a' })]!.length, 270);
    await store.close();
    const again = world.open();
    await again.open();
    assert.deepEqual(await contents(again), before);
    await withTime(world, again.compact());
    assert.deepEqual(await contents(again), before);
    assert.deepEqual([(await again.figures()).openRanges, (await again.figures()).journalBytes], [0, 0]);
    const late = await write(again, seriesOf({ __name__: 'a' }, [T0 + 60_000, 99]));
    assert.equal(late.samples, 1);
    assert.equal((await contents(again))[key({ __name__: 'a' })]!.length, 271);
    await again.close();
  });

  it('keeps the first value also when the second comes after sealing', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    await write(store, seriesOf({ __name__: 'a' }, [T0, 1]));
    await withTime(world, store.compact());
    await write(store, seriesOf({ __name__: 'a' }, [T0, 2]));
    assert.deepEqual(await contents(store), { [key({ __name__: 'a' })]: [[T0, 1]] });
    await withTime(world, store.compact());
    assert.deepEqual(await contents(store), { [key({ __name__: 'a' })]: [[T0, 1]] });
    await store.close();
  });

  it('deletes by policy: first match wins, by unlinking', async () => {
    const world = setup(
      [
        { match: '{__name__=~"debug_.*"}', keep: { raw: '1h' } },
        { match: '{}', keep: { raw: 'forever' } },
      ],
      1,
      {},
      1,
    );
    const store = world.open();
    await store.open();
    await write(
      store,
      seriesOf({ __name__: 'debug_x' }, [T0, 1]),
      seriesOf({ __name__: 'kept' }, [T0, 1], [0, 5]),
    );
    await withTime(world, store.compact());
    await world.clock.advance(2 * HOUR);
    await withTime(world, store.retain());
    assert.deepEqual(await contents(store), {
      [key({ __name__: 'kept' })]: [
        [0, 5],
        [T0, 1],
      ],
    });
    assert.equal(
      (await world.disk.list('/metrics/owner-0/partitions')).filter(({ name }) => name.endsWith('.part'))
        .length,
      2,
    );
    await store.close();
  });

  it('deletes series durably, and takes them anew', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    await write(
      store,
      seriesOf({ __name__: 'a' }, [T0, 1], [T0 + 1, 2]),
      seriesOf({ __name__: 'b' }, [T0, 1]),
    );
    const a: Matcher = { kind: '=', name: '__name__', value: 'a' };
    await withTime(world, store.deleteSeries({ matcherSets: [[a]], startMs: 0, endMs: T0 + HOUR }));
    assert.deepEqual(Object.keys(await contents(store)), [key({ __name__: 'b' })]);
    const all = { matcherSets: [], startMs: 0, endMs: T0 + HOUR };
    assert.deepEqual(await store.findSeries(all, never), [['__name__', 'b'] satisfies Labels]);
    await write(store, seriesOf({ __name__: 'a' }, [T0, 7]));
    await store.close();
    const again = world.open();
    await again.open();
    assert.deepEqual((await contents(again))[key({ __name__: 'a' })], [[T0, 7]]);
    await withTime(world, again.cleanTombstones());
    assert.deepEqual((await contents(again))[key({ __name__: 'a' })], [[T0, 7]]);
    assert.deepEqual(await again.labelTexts('__name__', all, never), ['a', 'b']);
    await again.close();
  });

  it('rolls days up before raw samples go, and answers from the tiers then', async () => {
    const world = setup([{ match: '{}', keep: { raw: '1d', '5m': '30d', '1h': 'forever' } }], 1, {}, 1);
    const store = world.open();
    await store.open();
    const day = 24 * HOUR;
    const start = Math.ceil(T0 / day) * day;
    await world.clock.advance(start - T0);
    const points: (readonly [number, number])[] = [];
    // A counter that is reset now and then, with a sample on every midnight.
    for (let time = start; time <= start + day; time += 60_000)
      points.push([time, ((time - start) / 60_000) % 700]);
    for (let i = 0; i < points.length; i += 120) {
      await world.clock.advance(points[Math.min(i + 119, points.length - 1)]![0] - world.clock.now());
      await write(store, seriesOf({ __name__: 'c' }, ...points.slice(i, i + 120)));
      await withTime(world, store.maintain());
    }
    const rise = (list: readonly (readonly [number, number])[]): number =>
      list
        .slice(1)
        .reduce((sum, [, value], i) => sum + (value < list[i]![1] ? value : value - list[i]![1]), 0);
    const ask = async (rollups: RollupNeeds | null): Promise<SeriesColumns> => {
      const [series] = await store.select(
        {
          matchers: [EVERYTHING],
          minTimestampMs: start,
          maxTimestampMs: start + day,
          hints: { firstMs: start + day, stepMs: 0, rangeMs: day, rollups },
        },
        never,
      );
      return series!;
    };
    await world.clock.advance(5 * HOUR);
    await withTime(world, store.compact());
    await withTime(world, store.retain());
    const maximum = { whole: ['max'], cut: ['max', 'firstTimestampsMs'] } as const;
    assert.equal((await ask(null)).values.length, 1_440, 'raw as long as it is there');
    const hours = await ask(maximum);
    assert.ok(hours.values.length < 30, 'whole hours answer a maximum');
    assert.equal(Math.max(...hours.rollups!.max), 699);
    assert.equal(hours.rollups!.sum.length, 0, 'what is not needed is not read');
    const late: readonly [number, number] = [start + 30_000, 0.5];
    await write(store, seriesOf({ __name__: 'c' }, late));
    await withTime(world, store.compact());
    await withTime(world, store.retain());
    await world.clock.advance(20 * HOUR);
    await withTime(world, store.retain());
    const raw = [late, ...points.slice(1)];
    const columns = ['last', 'first', 'firstTimestampsMs', 'resets', 'sum'] as const;
    const { values, rollups } = await ask({ whole: columns, cut: columns });
    assert.ok(values.length < 30, `${values.length} windows`);
    const rises = values.map((last, i) => {
      const before = i === 0 ? rollups!.first[0]! : values[i - 1]!;
      const first = rollups!.first[i]!;
      return last - first + rollups!.resets[i]! + (first < before ? first : first - before);
    });
    const total = (list: Iterable<number>): number => [...list].reduce((sum, value) => sum + value, 0);
    assert.equal(total(rises), rise(raw));
    assert.equal(total(rollups!.sum), total(raw.map(([, value]) => value)));
    const files = (await world.disk.list('/metrics/owner-0/partitions')).map(
      ({ name }) => name.split('-')[0]!,
    );
    // Of raw the midnight's sample is left, of each tier one file.
    assert.deepEqual(files.sort(), ['1h', '5m', 'manifest.json', 'raw']);
    await store.close();
  });

  it('goes over to other policies and layers while it runs', async () => {
    const { open } = setup([{ match: '{}', keep: { raw: '1d' } }]);
    const store = open();
    await store.open();
    const old = seriesOf({ __name__: 'a' }, [T0 - 48 * HOUR, 1]);
    assert.equal((await write(store, old)).refused, 1);
    const layers = [{ match: '{__name__="b"}', layer: 'usage' }] as const;
    const limits = { ...DEFAULT_AGGREGATOR_LIMITS, seriesMax: 2 };
    await store.configure({
      retention: [{ match: '{}', keep: { raw: 'forever' } }],
      layers,
      limits,
      streams: [],
    });
    assert.equal((await write(store, old, seriesOf({ __name__: 'b' }, [T0, 1]))).refused, 0);
    const refused = await write(store, seriesOf({ __name__: 'c' }, [T0, 1]));
    assert.match(refused.refusals, /the store has 2 series, as many as limits\.series allows: c\{\}|c$/);
    assert.deepEqual(Object.keys(await contents(store)), [
      key({ __name__: 'a' }),
      key({ __name__: 'b', layer: 'usage' }),
    ]);
    await store.close();
  });

  it('forgets series that are in sealed files only, and still answers for them', async () => {
    const world = setup([], 1, { deadSeriesMin: 10 });
    const store = world.open();
    await store.open();
    for (let i = 0; i < 40; i++) await write(store, seriesOf({ __name__: 'gone', i: String(i) }, [T0, i]));
    await write(store, seriesOf({ __name__: 'here' }, [T0, 1]));
    await withTime(world, store.compact());
    await write(
      store,
      seriesOf({ __name__: 'here' }, [T0 + 1, 2]),
      seriesOf({ __name__: 'new' }, [T0 + 1, 2]),
    );
    const before = await contents(store);
    await withTime(world, store.retain());
    assert.equal((await store.figures()).series, 2);
    assert.deepEqual(await contents(store), before);
    await write(
      store,
      seriesOf({ __name__: 'gone', i: '3' }, [T0 + 2, 9]),
      seriesOf({ __name__: 'new' }, [T0 + 2, 9]),
    );
    const after = await contents(store);
    assert.deepEqual(after[key({ __name__: 'gone', i: '3' })], [
      [T0, 3],
      [T0 + 2, 9],
    ]);
    await store.close();
    const again = world.open();
    await again.open();
    assert.deepEqual(await contents(again), after);
    await again.close();
  });

  it('makes snapshots from which a store can be started', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    await write(store, seriesOf({ __name__: 'a' }, [T0, 1]));
    await withTime(world, store.snapshot('/copy', false));
    const before = await contents(store);
    await write(store, seriesOf({ __name__: 'a' }, [T0 + 1, 2]));
    await withTime(world, store.compact());
    await store.close();
    const copy = world.open('/copy');
    await copy.open();
    assert.deepEqual(await contents(copy), before);
    await copy.close();
  });

  it('seals the quietest ranges when too many are open', async () => {
    const world = setup([{ match: '{}', keep: { raw: 'forever' } }], 1, { openRangesMax: 4 });
    const store = world.open();
    await store.open();
    for (let i = 0; i < 30; i++) await write(store, seriesOf({ __name__: 'old' }, [i * 2 * HOUR, i]));
    await withTime(world, store.maintain());
    assert.ok(
      (await store.figures()).openRanges <= 4,
      `${(await store.figures()).openRanges} ranges are open`,
    );
    assert.equal((await contents(store))[key({ __name__: 'old' })]!.length, 30);
    await store.close();
  });

  it('sheds ingest while the disk is full, and goes on when there is room', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    await write(store, seriesOf({ __name__: 'a' }, [T0, 1]));
    world.disk.setFreeBytes(10);
    await assert.rejects(write(store, seriesOf({ __name__: 'a' }, [T0 + 1, 2])), /ENOSPC/);
    assert.equal(store.trouble().shortOfSpace, true);
    await withTime(world, store.maintain());
    await assert.rejects(write(store, seriesOf({ __name__: 'a' }, [T0 + 1, 2])), /nearly full/);
    world.disk.setFreeBytes(Number.POSITIVE_INFINITY);
    await withTime(world, store.maintain());
    await write(store, seriesOf({ __name__: 'a' }, [T0 + 1, 2]));
    assert.equal(store.trouble().shortOfSpace, false);
    assert.equal((await contents(store))[key({ __name__: 'a' })]!.length, 2);
    await store.close();
  });

  it('leaves a damaged partition out, names it, and answers from the rest', async () => {
    const world = setup();
    const store = world.open();
    await store.open();
    await write(store, seriesOf({ __name__: 'a' }, [T0 - 30 * HOUR, 1], [T0, 2]));
    await withTime(world, store.compact());
    await store.close();
    const [file] = (await world.disk.list('/metrics/owner-0/partitions')).filter(({ name }) =>
      name.endsWith('.part'),
    );
    world.disk.flipBit(`/metrics/owner-0/partitions/${file!.name}`, 16 * 8 + 5);
    const again = world.open();
    await again.open();
    assert.equal((await contents(again))[key({ __name__: 'a' })]!.length, 1);
    assert.match(again.trouble().quarantined.join(), new RegExp(file!.name));
    await write(again, seriesOf({ __name__: 'a' }, [T0 + 1, 3]));
    await again.close();
  });
});

const cuts = Number(process.env['POWER_CUTS'] ?? 300);
test(`nothing acknowledged is lost over ${cuts} power cuts`, async () => {
  for (let seed = 1; seed <= cuts; seed++) await lives(seed);
});

/** Several lives of one store, each ended by a power cut at a random operation; then everything is compared. */
async function lives(seed: number): Promise<void> {
  const world = setup([], seed, { deadSeriesMin: 2 }, 1 + (seed % 3));
  const { disk, random } = world;
  const model = new Map<string, Map<number, number>>();
  for (let life = 0; life < 4; life++) {
    let operations = random.below(120);
    disk.onOperation = () => {
      if (operations-- !== 0) return;
      disk.onOperation = () => undefined;
      world.kill();
      disk.cutPower();
      throw Object.assign(new Error('power cut'), { code: 'EIO' });
    };
    try {
      await withTime(world, live(world, model));
    } catch (error) {
      // The disk's EIO, or what was made of it.
      assert.match(String(error), /power cut|EIO|not open/, `seed ${seed}`);
    }
  }
  disk.onOperation = () => undefined;
  world.kill();
  disk.cutPower();
  const store = world.open();
  await store.open();
  const found = await contents(store);
  assert.deepEqual(store.trouble().quarantined, [], `seed ${seed}`);
  for (const [name, samples] of model) {
    const stored = new Map(found[name] ?? []);
    for (const [time, value] of samples)
      assert.equal(stored.get(time), value, `seed ${seed}: ${name} at ${time - T0}`);
  }
  await store.close();
}

async function live(world: Setup, model: Map<string, Map<number, number>>): Promise<void> {
  const { random, clock } = world;
  const store = world.open();
  await store.open();
  for (let round = 0; round < 25; round++) {
    await clock.advance(random.below(4) === 0 ? HOUR * (1 + random.below(6)) : 15_000);
    const writes = Array.from({ length: 1 + random.below(3) }, async () => {
      const name = {
        __name__: 'x',
        i: String(random.below(6)),
        life: String(random.below(3) === 0 ? round : 0),
      };
      const time = clock.now() - random.below(3) * random.below(9_000_000);
      // The value follows from the timestamp, so that a sample that was not acknowledged cannot contradict one that was.
      const value = (time % 1_000) + random.below(1);
      await write(store, seriesOf(name, [time, value]));
      const samples = model.get(key(name)) ?? new Map<number, number>();
      samples.set(time, value);
      model.set(key(name), samples);
    });
    const results = await Promise.allSettled(writes);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    if (random.below(6) === 0) await store.maintain();
    if (random.below(12) === 0) await store.retain();
    if (random.below(20) === 0) await store.compact();
  }
}
