import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine, type QueryClock } from './engine.ts';
import { DEFAULT_LIMITS, type QueryLimits } from './limits.ts';
import { QueryError } from './query-error.ts';
import type { Selection } from './storage.ts';
import { MemoryStorage } from './testing/memory-storage.ts';
import { ShardedStorage } from './testing/sharded-storage.ts';

const clock: QueryClock = {
  monotonic: () => performance.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

function filled(series: number, samples: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let s = 0; s < series; s++) {
    const labels = labelsFromObject({ __name__: 'x_total', series: String(s).padStart(4, '0') });
    for (let i = 0; i < samples; i++) storage.add(labels, i * 15_000, i);
  }
  return storage;
}

async function failure(
  limits: Partial<QueryLimits>,
  query: string,
  storage = filled(20, 20),
): Promise<QueryError> {
  const engine = createEngine({ clock, limits });
  try {
    await engine.range({ query, storage, startMs: 0, endMs: 300_000, stepMs: 15_000 });
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error('the query did not fail');
}

describe('createEngine', () => {
  it('answers in columns, with what the query cost', async () => {
    const answer = await createEngine({ clock }).range({
      query: 'rate(x_total[1m])',
      storage: filled(2, 20),
      startMs: 60_000,
      endMs: 120_000,
      stepMs: 30_000,
    });
    assert.ok(answer.result.kind === 'matrix');
    assert.equal(answer.result.series.length, 2);
    assert.deepEqual([...answer.result.series[0]!.timestampsMs], [60_000, 90_000, 120_000]);
    assert.deepEqual(answer.result.series[0]!.labels, ['series', '0000']);
    assert.equal(answer.stats.seriesSelected, 2);
    assert.equal(answer.stats.samplesQueried, 2 * 3 * 4);
  });

  it('asks the storage for what the query needs, with hints', async () => {
    const asked: Selection[] = [];
    const storage = {
      select: async (selection: Selection) => {
        const { samplesMax, ...rest } = selection;
        assert.equal(samplesMax, DEFAULT_LIMITS.samplesMax);
        asked.push(rest);
        return [];
      },
    };
    const engine = createEngine({ clock });
    await engine.range({
      query: 'sum by (job) (rate(x{a="b"}[5m] offset 1m))',
      storage,
      startMs: 600_000,
      endMs: 900_000,
      stepMs: 60_000,
    });
    await engine.instant({ query: 'up @ 100', storage, timeMs: 500_000, lookbackMs: 60_000 });
    const ofRate = ['last', 'first', 'firstTimestampsMs', 'count', 'resets'];
    assert.deepEqual(asked, [
      {
        matchers: [
          { kind: '=', name: 'a', value: 'b' },
          { kind: '=', name: '__name__', value: 'x' },
        ],
        minTimestampMs: 240_000,
        maxTimestampMs: 840_000,
        hints: {
          function: 'rate',
          rangeMs: 300_000,
          firstMs: 540_000,
          stepMs: 60_000,
          rollups: { whole: ofRate, cut: ofRate },
          grouping: ['job'],
          by: true,
        },
      },
      {
        matchers: [{ kind: '=', name: '__name__', value: 'up' }],
        minTimestampMs: 40_000,
        maxTimestampMs: 100_000,
        hints: {
          function: null,
          rangeMs: 0,
          firstMs: 100_000,
          stepMs: 0,
          rollups: { whole: null, cut: ['last', 'first', 'firstTimestampsMs'] },
          grouping: [],
          by: false,
        },
      },
    ]);
  });

  it('refuses what is no PromQL with the position', async () => {
    const error = await failure({}, 'sum(');
    assert.equal(error.kind, 'bad_data');
    assert.match(error.message, /^1:5: parse error: unexpected end of input/);
    assert.equal((await failure({}, 'x_total[5m]')).kind, 'bad_data');
    assert.equal((await failure({ queryLengthMax: 5 }, 'x_total')).kind, 'bad_data');
  });

  it('names the limit that a query passes', async () => {
    assert.match((await failure({ samplesMax: 100 }, 'x_total')).message, /too many samples.*more than 100/);
    assert.match(
      (await failure({ seriesMax: 10 }, 'x_total')).message,
      /matches 20 series, more than the limit of 10/,
    );
    const points = await failure({ pointsPerSeriesMax: 5 }, 'x_total');
    assert.equal(points.kind, 'execution');
    assert.match(points.message, /^exceeded maximum resolution of 5 points per .*; the query: x_total$/);
    assert.match(
      (await failure({ subqueryPointsMax: 50 }, 'max_over_time(x_total[1h:1s])')).message,
      /more than the limit of 50/,
    );
  });

  it('names the query then, with as much of it as one wants to read', async () => {
    for (const limits of [{ samplesMax: 100 }, { seriesMax: 10 }, { bytesMax: 1_000 }]) {
      const { kind, message } = await failure(limits, 'sum(x_total) + x_total');
      assert.deepEqual([kind, /; the query: sum\(x_total\) \+ x_total$/.test(message)], ['execution', true]);
    }
    const long = await failure({ samplesMax: 100 }, `x_total${' + x_total'.repeat(1_000)}`);
    assert.ok(long.message.length < 1_000 && long.message.endsWith('...'));
    assert.doesNotMatch((await failure({}, 'x_total + on() x_total')).message, /the query:/);
  });

  it('counts the memory of samples, label sets and what functions make of them', async () => {
    const limits = { bytesMax: 300_000 };
    const big = (text: string): string => `label_replace(x_total, "to", "$1-${text}", "series", "(.*)")`;
    const fine = await createEngine({ clock, limits }).instant({
      query: big('small'),
      storage: filled(20, 20),
      timeMs: 300_000,
    });
    assert.ok(fine.stats.bytesPeak > 2_000 && fine.stats.bytesPeak < 20_000, String(fine.stats.bytesPeak));
    const { message, limit } = await failure(limits, big('x'.repeat(10_000)));
    assert.equal(limit, 'bytesMax');
    assert.match(message, /too much memory in query execution \(more than 300000 bytes\)/);
    const joined = `label_join(x_total, "to", "${'-'.repeat(10_000)}", "series", "series")`;
    assert.equal((await failure(limits, joined)).limit, 'bytesMax');
    assert.equal((await failure({ bytesMax: 3_000 }, 'x_total * 2')).limit, 'bytesMax');
  });

  it('bounds label values that functions make, and the search for groups in them', async () => {
    let doubled = 'label_replace(x_total, "to", "xxxxxxxx", "", "")';
    let joined = doubled;
    for (let i = 0; i < 40; i++) {
      doubled = `label_replace(${doubled}, "to", "$1$1", "to", "(x*)")`;
      joined = `label_join(${joined}, "to", "", "to", "to")`;
    }
    for (const [name, query] of [
      ['label_replace', doubled],
      ['label_join', joined],
    ] as const) {
      const { kind, limit, message } = await failure({}, query);
      assert.deepEqual([kind, limit], ['execution', 'labelValueLengthMax']);
      assert.match(
        message,
        new RegExp(`^${name}.* of 32768 characters, more than the limit of 16384; the query: `),
      );
    }
    const long = `label_replace(x_total, "to", "${'x'.repeat(10_000)}", "", "")`;
    const search = (template: string, regex: string): string =>
      `label_replace(${long}, "found", "${template}", "to", "${regex}")`;
    const costly = await failure({}, search('$1', '(x?){500}.*'));
    assert.deepEqual([costly.kind, costly.limit], ['execution', 'submatchStepsMax']);
    const wide = await failure({}, search('', '(x?){1000}(y?){1000}'));
    assert.deepEqual([wide.kind, wide.limit], ['execution', 'matchStepsMax']);
    // Without groups it is a match, which seldom takes longer for a longer expression.
    for (const query of [search('$0', '(x?){500}.*'), search('y', '(x?){500}.*'), search('$1', '(.*)')]) {
      const { result } = await createEngine({ clock }).instant({
        query,
        storage: filled(20, 20),
        timeMs: 300_000,
      });
      assert.equal(result.kind === 'vector' && result.labels.length, 20);
    }
  });

  it('divides what may be held among shards, and adds up what they held', async () => {
    const series = (i: number) => labelsFromObject({ __name__: 'x', i: String(i) });
    const storage = new ShardedStorage(4);
    for (let i = 0; i < 400; i++) storage.add(series(i), 1_000, i);
    const ask = (samplesMax: number) =>
      createEngine({ clock, limits: { samplesMax } }).instant({ query: 'x', storage, timeMs: 1_000 });
    const { stats } = await ask(1_000);
    // Each of them held its own, and they came together here.
    assert.ok(stats.samplesPeak >= 400 && stats.samplesPeak <= 800, String(stats.samplesPeak));
    await assert.rejects(ask(399), /too many samples into memory.*more than 399\); the query: x$/);
    // A shard gives up by itself long before all it has is in memory.
    await assert.rejects(ask(20), /more than 20\)/);
  });

  it('ends at its deadline', async () => {
    let now = 0;
    const slow: QueryClock = { monotonic: () => (now += 10), sleep: async () => {} };
    const engine = createEngine({ clock: slow, limits: { timeoutMs: 50 } });
    const query = Array.from({ length: 20 }, () => 'x_total').join(' + ');
    await assert.rejects(engine.instant({ query, storage: filled(5, 5), timeMs: 60_000 }), {
      kind: 'timeout',
    });
  });

  it('ends when its caller gives up', async () => {
    const controller = new AbortController();
    const storage = filled(3, 3);
    const aborting = {
      select: (selection: Selection) => {
        controller.abort();
        return storage.select(selection);
      },
    };
    const request = { query: 'x_total', storage: aborting, timeMs: 30_000, signal: controller.signal };
    await assert.rejects(createEngine({ clock }).instant(request), { kind: 'canceled' });
  });

  it('says so too when the storage gave up first', async () => {
    const controller = new AbortController();
    const storage = {
      select: async () => {
        controller.abort();
        throw new Error('connection closed');
      },
    };
    const request = { query: 'x', storage, timeMs: 0, signal: controller.signal };
    await assert.rejects(createEngine({ clock }).instant(request), { kind: 'canceled' });
  });

  it('lets other work go on during a long query', async () => {
    let turns = 0;
    const counting: QueryClock = {
      monotonic: () => performance.now(),
      sleep: () => {
        turns++;
        return clock.sleep(0);
      },
    };
    const engine = createEngine({ clock: counting, limits: { sliceMs: 1 } });
    const query = 'sum(quantile_over_time(0.9, x_total[5m]))';
    await engine.range({ query, storage: filled(100, 100), startMs: 0, endMs: 1_500_000, stepMs: 1000 });
    assert.ok(turns > 5, `${turns} turns`);
  });

  it('cuts the answer at the limit asked for, and says so', async () => {
    const answer = await createEngine({ clock }).instant({
      query: 'x_total',
      storage: filled(5, 1),
      timeMs: 0,
      limit: 2,
    });
    assert.ok(answer.result.kind === 'vector');
    assert.equal(answer.result.labels.length, 2);
    assert.deepEqual(answer.warnings, ['results truncated due to limit']);
  });
});

describe('memory', () => {
  it('is refused before it is taken, however large the query', async () => {
    const labels = Array.from({ length: 50_000 }, (_, i) =>
      labelsFromObject({ __name__: 'x', i: String(i) }),
    );
    const storage = {
      select: async () =>
        labels.map((series) => ({
          labels: series,
          timestampsMs: Float64Array.of(1),
          values: Float64Array.of(1),
        })),
    };
    const engine = createEngine({ clock, limits: { samplesMax: 1_000_000 } });
    const range = { storage, startMs: 0, endMs: 10_000_000, stepMs: 1000 };
    for (const query of [
      'x',
      'x * 2',
      'x + x',
      'sum by (i) (x)',
      'max_over_time(x[1h])',
      'x @ 5',
      'topk(5, x)',
    ]) {
      const before = process.memoryUsage().arrayBuffers;
      await assert.rejects(engine.range({ query, ...range }), /too many samples/, query);
      assert.ok(process.memoryUsage().arrayBuffers - before < 200e6, query);
    }
  });
});
