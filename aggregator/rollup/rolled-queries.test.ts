import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import type { QueryAnswer } from '@tocsin/query/result.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import fc from 'fast-check';
import { ColumnArena } from '../head/column-arena.ts';
import { type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import { joinRollups } from './join-rollups.ts';
import { rollUp } from './roll-up.ts';

const RESOLUTION = 300_000;
const BASE = Math.ceil(1_790_000_000_000 / RESOLUTION) * RESOLUTION;
const LABELS = labelsFromObject({ __name__: 'x_total' });
const OVER_TIME = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'present',
  'first',
  'last',
  'ts_of_first',
  'ts_of_last',
];
const OF_FLOATS = [...OVER_TIME.map((name) => `${name}_over_time`), 'rate', 'increase', 'delta'];
const OF_HISTOGRAMS = ['sum', 'avg', 'count', 'present', 'first', 'last'].map((name) => `${name}_over_time`);

const engine = createEngine({ clock: systemClock });

function holding(columns: SampleColumns): Storage {
  return { select: async () => [{ labels: LABELS, ...columns }] };
}

async function ask(
  columns: SampleColumns,
  query: string,
  startMs: number,
  stepMs: number,
): Promise<QueryAnswer> {
  return await engine.range({
    query,
    startMs,
    endMs: startMs + 4 * stepMs,
    stepMs,
    storage: holding(columns),
  });
}

const gaps = fc.constantFrom(15_000, 15_000, 15_000, 14_999, 60_000, 1, 300_000, 900_001);
/** Counters with random increments, resets and gaps, some samples on the windows' edges. */
const counters: fc.Arbitrary<SampleColumns> = fc
  .array(
    fc.record({
      gapMs: gaps,
      toEdge: fc.nat(9).map((n) => n === 0),
      step: fc.nat(1_000_000).map((n) => n / 997),
      reset: fc.nat(9).map((n) => n === 0),
      knowsStart: fc.nat(5).map((n) => n > 0),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .chain((points) => fc.tuple(fc.constant(points), fc.boolean()))
  .map(([points, hasStarts]) => {
    let time = BASE - 40_000;
    let value = 0;
    let startMs = time - 60_000;
    const samples = points.map(({ gapMs, toEdge, step, reset, knowsStart }) => {
      if (reset) startMs = time + gapMs / 2;
      time += gapMs;
      if (toEdge) time = Math.ceil(time / RESOLUTION) * RESOLUTION;
      value = reset ? step : value + step;
      return { time, value, startMs: knowsStart ? Math.floor(startMs) : 0 };
    });
    const distinct = samples.filter(({ time: at }, i) => at !== samples[i + 1]?.time);
    return {
      timestampsMs: Float64Array.from(distinct, ({ time: at }) => at),
      values: Float64Array.from(distinct, ({ value: of }) => of),
      ...(hasStarts && { startsMs: Float64Array.from(distinct, ({ startMs: of }) => of) }),
    };
  });

/** Exponential histograms whose layout grows coarser with time, as those of the client libraries do. */
function withHistograms(columns: SampleColumns, schemas: readonly number[]): SampleColumns {
  const histograms = Array.from(columns.values, (value, i): Histogram => {
    const count = Math.floor(value);
    return {
      schema: schemas[Math.floor((i * schemas.length) / columns.values.length)]!,
      counterReset: 'unknown',
      zeroThreshold: 0.001,
      zeroCount: count,
      count: count * 3,
      sum: value,
      positiveSpans: [{ offset: 1, length: 2 }],
      positiveBuckets: [count, count],
      negativeSpans: [],
      negativeBuckets: [],
      customBounds: [],
    };
  });
  return { ...columns, values: columns.values.map(() => Number.NaN), histograms };
}

/** The same samples as a store may hold them: rolled up to some time, raw from there, in several pieces. */
function rolled(columns: SampleColumns, cuts: readonly number[], rawFrom: number): SampleColumns {
  const at = (index: number): number => BASE + index * RESOLUTION;
  const edges = [...cuts, rawFrom].sort((a, b) => a - b).map(at);
  const pieces = [...edges, Number.POSITIVE_INFINITY].map((endMs, i) => {
    const piece = sliceColumns(columns, edges[i - 1] ?? Number.NEGATIVE_INFINITY, endMs);
    return endMs <= at(rawFrom) ? rollUp(piece, RESOLUTION) : piece;
  });
  const arena = new ColumnArena();
  arena.take(5_000).fill(-1);
  arena.reuse();
  return joinRollups(pieces, arena);
}

const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

function assertSame(found: QueryAnswer, expected: QueryAnswer, what: string): void {
  assert.ok(found.result.kind === 'matrix' && expected.result.kind === 'matrix');
  const [a, b] = [found.result.series[0], expected.result.series[0]];
  assert.deepEqual(a?.timestampsMs, b?.timestampsMs, what);
  b?.values.forEach((value, i) => {
    const [x, y] = [a!.histograms?.[i], b.histograms?.[i]];
    if (!x || !y) {
      assert.ok(near(a!.values[i]!, value), `${what} at ${i}: ${a!.values[i]}, of samples ${value}`);
      return;
    }
    const numbers = (h: Histogram): number[] => [
      h.schema,
      h.count,
      h.sum,
      h.zeroCount,
      ...h.positiveSpans.flatMap(({ offset, length }) => [offset, length]),
      ...h.positiveBuckets,
    ];
    assert.equal(numbers(x).length, numbers(y).length, what);
    const largest = Math.max(...numbers(y).map(Math.abs), ...numbers(x).map(Math.abs));
    numbers(x).forEach((n, at) => {
      assert.ok(
        Math.abs(n - numbers(y)[at]!) <= 1e-9 * largest,
        `${what}: ${n}, of samples ${numbers(y)[at]}`,
      );
    });
  });
}

const windows = fc.record({
  range: fc.integer({ min: 1, max: 12 }),
  step: fc.integer({ min: 1, max: 6 }),
  start: fc.integer({ min: 0, max: 30 }),
  cuts: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }),
  rawFrom: fc.integer({ min: 0, max: 40 }),
});

test('over whole windows roll-ups answer as the samples do', async () => {
  await fc.assert(
    fc.asyncProperty(counters, windows, fc.constantFrom(...OF_FLOATS), async (columns, given, fn) => {
      const query = `${fn}(x_total[${given.range * 5}m])`;
      const startMs = BASE + given.start * RESOLUTION;
      const found = await ask(
        rolled(columns, given.cuts, given.rawFrom),
        query,
        startMs,
        given.step * RESOLUTION,
      );
      const expected = await ask(columns, query, startMs, given.step * RESOLUTION);
      assertSame(found, expected, query);
      assert.deepEqual(found.infos, expected.infos);
    }),
    { numRuns: 600 },
  );
});

test('those of native histograms too', async () => {
  const functions = fc.constantFrom(...OF_HISTOGRAMS, 'rate', 'increase', 'delta');
  const schemas = fc.constantFrom([0], [1, 0], [2]);
  await fc.assert(
    fc.asyncProperty(counters, schemas, windows, functions, async (floats, layouts, given, fn) => {
      const columns = withHistograms(floats, layouts);
      const query = `${fn}(x_total[${given.range * 5}m])`;
      const startMs = BASE + given.start * RESOLUTION;
      const found = await ask(
        rolled(columns, given.cuts, given.rawFrom),
        query,
        startMs,
        given.step * RESOLUTION,
      );
      assertSame(found, await ask(columns, query, startMs, given.step * RESOLUTION), query);
    }),
    { numRuns: 400 },
  );
});

/** The samples of roll-ups that begin or end outside of (openMs, endMs] and have a part in it. */
function inCutWindows(columns: SampleColumns, openMs: number, endMs: number): number[] {
  const all: number[] = [];
  for (const edgeMs of [openMs, endMs]) {
    const windowStartMs = Math.floor(edgeMs / RESOLUTION) * RESOLUTION;
    if (windowStartMs === edgeMs) continue;
    all.push(...sliceColumns(columns, windowStartMs, windowStartMs + RESOLUTION).values);
  }
  return all;
}

test('where the query cuts roll-ups the error is that of the cut ones, and said', async () => {
  const anywhere = fc.record({
    rangeMs: fc.integer({ min: 1_000, max: 12 * RESOLUTION }),
    endMs: fc.integer({ min: BASE, max: BASE + 30 * RESOLUTION }),
  });
  await fc.assert(
    fc.asyncProperty(counters, anywhere, async (columns, { rangeMs, endMs }) => {
      const tier = rollUp(columns, RESOLUTION);
      const resultOf = async (held: SampleColumns, fn: string): Promise<number | null> => {
        const query = `${fn}(x_total[${rangeMs}ms])`;
        const { result } = await engine.instant({ query, timeMs: endMs, storage: holding(held) });
        return result.kind === 'vector' ? (result.values[0] ?? null) : null;
      };
      const cut = inCutWindows(columns, endMs - rangeMs, endMs);
      for (const [fn, largest] of [
        ['count_over_time', cut.length + 1],
        ['sum_over_time', cut.reduce((sum, value) => sum + value, 0)],
      ] as const) {
        const [found, exact] = [await resultOf(tier, fn), await resultOf(columns, fn)];
        const error = Math.abs((found ?? 0) - (exact ?? 0));
        assert.ok(error <= largest + 1e-6, `${fn}: ${found}, of samples ${exact}`);
      }
      const inside = sliceColumns(columns, endMs - rangeMs, endMs).values;
      if (inside.length === 0) return;
      const all = [...inside, ...cut];
      for (const fn of ['min', 'max', 'avg', 'first', 'last']) {
        const found = await resultOf(tier, `${fn}_over_time`);
        assert.ok(
          found !== null && found >= Math.min(...all) - 1e-6 && found <= Math.max(...all) + 1e-6,
          `${fn}: ${found}`,
        );
      }
      const rises = [...columns.values].map((value, i) => {
        const before = columns.values[i - 1] ?? value;
        return value < before ? value : value - before;
      });
      const increase = await resultOf(tier, 'increase');
      // A counter that says it began anew counts from zero, however low it was.
      const anew = columns.startsMs ? [...columns.values].reduce((sum, value) => sum + value, 0) : 0;
      const total = rises.reduce((sum, value) => sum + value, anew) + Math.max(0, columns.values[0]!);
      assert.ok(
        increase === null || (increase >= 0 && increase <= total * 3.2 + 1e-6),
        `increase ${increase}`,
      );
    }),
    { numRuns: 500 },
  );
  const columns = {
    timestampsMs: Float64Array.of(BASE + 10, BASE + 20_000),
    values: Float64Array.of(1, 2),
  };
  const query = 'sum_over_time(x_total[60s])';
  const answer = await engine.instant({
    query,
    timeMs: BASE + 10_000,
    storage: holding(rollUp(columns, RESOLUTION)),
  });
  assert.match(answer.infos.join(), /a share is taken/);
});

test('what roll-ups do not tell is of the last samples, and said', async () => {
  const columns = {
    timestampsMs: Float64Array.of(BASE + 10, BASE + 20_000, BASE + 310_000),
    values: Float64Array.of(1, 2, 8),
  };
  const storage = holding(rollUp(columns, RESOLUTION));
  const query = 'quantile_over_time(0.5, x_total[10m])';
  const { result, infos } = await engine.instant({ query, timeMs: BASE + 2 * RESOLUTION, storage });
  assert.deepEqual(result.kind === 'vector' && result.values[0], 5);
  assert.match(infos.join(), /do not tell quantile_over_time/);
});

test('an instant selector has the nearest sample before that roll-ups know', async () => {
  const columns = {
    timestampsMs: Float64Array.of(BASE + 10, BASE + 290_000, BASE + 310_000),
    values: Float64Array.of(1, 2, 8),
  };
  const storage = holding(rollUp(columns, RESOLUTION));
  const at = async (timeMs: number, query = 'x_total'): Promise<number | null> => {
    const { result } = await engine.instant({ query, timeMs, storage });
    return result.kind === 'vector' ? (result.values[0] ?? null) : null;
  };
  assert.equal(await at(BASE), null);
  assert.equal(await at(BASE + 10), 1);
  assert.equal(await at(BASE + 289_999), 1);
  assert.equal(await at(BASE + 290_000), 2);
  assert.equal(await at(BASE + 310_000), 8);
  assert.equal(await at(BASE + 310_000 + 299_999), 8);
  assert.equal(await at(BASE + 310_000 + 300_000), null);
  assert.equal(await at(BASE + 289_999, 'timestamp(x_total)'), (BASE + 10) / 1000);
});
