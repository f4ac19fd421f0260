import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import { ColumnArena } from '../head/column-arena.ts';
import type { SampleColumns } from '../head/sample-columns.ts';
import { rollUp } from '../rollup/roll-up.ts';
import { openPartition, openSeries, readPartition, type StoredSeries } from './partition.ts';
import { PartitionCorruptError } from './partition-format.ts';
import { type PartitionSeries, writePartition } from './write-partition.ts';

const START = 7_200_000 * 3;
const PATH = '/a.part';
const RESOLUTION_MS = 300_000;
const newDisk = (): SimulatedDisk => createSimulatedDisk(createSeededRandom(1));

async function readBack(disk: SimulatedDisk, min = -Infinity, max = Infinity): Promise<PartitionSeries[]> {
  const partition = await openPartition(disk, PATH);
  const found: PartitionSeries[] = [];
  for await (const { series, columns } of readPartition(
    disk,
    PATH,
    partition,
    partition.index.all(),
    min,
    max,
  ))
    found.push({ labels: partition.index.labelsOf(series), columns });
  return found;
}

const columnsOf = (points: readonly (readonly [number, number])[]): SampleColumns => ({
  timestampsMs: Float64Array.from(points, ([offset]) => START + offset),
  values: Float64Array.from(points, ([, value]) => value),
});

test('gives back labels and samples, and any part of the time', async () => {
  const points = fc
    .uniqueArray(fc.tuple(fc.nat(7_199_999), fc.double()), {
      selector: ([offset]) => offset,
      maxLength: 1_200,
    })
    .map((list) => list.sort((a, b) => a[0] - b[0]));
  const series = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 5 }), points), {
    selector: ([name]) => name,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(series, fc.nat(7_200_000), fc.nat(7_200_000), async (given, a, b) => {
      const disk = newDisk();
      const written = given.map(([name, list]) => ({
        labels: labelsFromObject({ __name__: 'x', name }),
        columns: columnsOf(list),
      }));
      const totals = await writePartition(disk, PATH, START, written);
      const kept = written.filter(({ columns }) => columns.timestampsMs.length > 0);
      assert.equal(totals.series, kept.length);
      assert.deepEqual(await readBack(disk), kept);
      const [min, max] = [START + Math.min(a, b), START + Math.max(a, b)];
      const inside = (time: number) => time > min && time <= max;
      const part = (await readBack(disk, min, max)).filter(({ columns }) => columns.timestampsMs.length > 0);
      assert.deepEqual(
        part.map(({ labels, columns }) => [labels, [...columns.timestampsMs]]),
        kept
          .map(({ labels, columns }): [Labels, number[]] => [
            labels,
            [...columns.timestampsMs].filter(inside),
          ])
          .filter(([, times]) => times.length > 0),
      );
    }),
    { numRuns: 60 },
  );
});

test('keeps histograms beside floats', async () => {
  const histogram: Histogram = {
    schema: -53,
    counterReset: 'none',
    zeroThreshold: 0,
    zeroCount: 0,
    count: 3,
    sum: 4,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveBuckets: [1, 2],
    negativeSpans: [],
    negativeBuckets: [],
    customBounds: [1],
  };
  const disk = newDisk();
  const columns = {
    ...columnsOf([
      [1, 5],
      [2, Number.NaN],
      [3, Number.NaN],
      [4, 6],
    ]),
    histograms: [null, histogram, { ...histogram, sum: 9 }, null],
  };
  const written = [{ labels: labelsFromObject({ __name__: 'h' }), columns }];
  await writePartition(disk, PATH, START, written);
  assert.deepEqual(await readBack(disk), written);
});

test('stores the timestamps of series scraped together once', async () => {
  const random = createSeededRandom(4);
  let time = 0;
  const times = Array.from({ length: 480 }, () => (time += 14_000 + random.below(2_000)));
  const series = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      labels: labelsFromObject({ __name__: 'constant', i: String(i) }),
      columns: columnsOf(times.map((offset) => [offset, 1] as const)),
    }));
  const [one, many] = [newDisk(), newDisk()];
  const { bytes: oneBytes } = await writePartition(one, PATH, START, series(1));
  const { bytes: manyBytes } = await writePartition(many, PATH, START, series(100));
  assert.ok(manyBytes - oneBytes < 100 * 12, `${oneBytes} and ${manyBytes} bytes`);
});

async function survivesDamage(
  seed: number,
  series: readonly PartitionSeries[],
  resolutionMs?: number,
): Promise<void> {
  const random = createSeededRandom(seed);
  for (let round = 0; round < 200; round++) {
    const disk = newDisk();
    const { bytes } = await writePartition(disk, PATH, START, series, resolutionMs);
    const written = await readBack(disk);
    if (round % 2 === 0) disk.flipBit(PATH, 16 * 8 + random.below((bytes - 16) * 8));
    else {
      const file = await disk.open(PATH);
      await file.truncate(random.below(bytes));
      await file.close();
    }
    try {
      assert.deepEqual(await readBack(disk), written);
      // Twelve bytes of the footer carry nothing.
      assert.equal(round % 2, 0);
    } catch (error) {
      assert.ok(error instanceof PartitionCorruptError, String(error));
      assert.match(error.message, /a\.part/);
    }
  }
}

test('a damaged or shortened file is an error that names it, never wrong data', async () => {
  const random = createSeededRandom(9);
  const written = Array.from({ length: 40 }, (_, i) => ({
    labels: labelsFromObject({ __name__: 'x', i: String(i) }),
    columns: columnsOf(Array.from({ length: 50 }, (_, k) => [k * 1_000, random.below(1_000)] as const)),
  }));
  await survivesDamage(9, written);
});

const histogramOf = (count: number): Histogram => ({
  schema: 0,
  counterReset: 'unknown',
  zeroThreshold: 0.001,
  zeroCount: count,
  count: count * 3,
  sum: count / 2,
  positiveSpans: [{ offset: 1, length: 2 }],
  positiveBuckets: [count, count],
  negativeSpans: [],
  negativeBuckets: [],
  customBounds: [],
});

/** Floats and native histograms in turns, with resets, and with start timestamps or without. */
const mixed: fc.Arbitrary<SampleColumns> = fc
  .record({
    samples: fc.array(
      fc.record({ gapMs: fc.constantFrom(15_000, 1, 400_000), value: fc.nat(50), isHistogram: fc.boolean() }),
      { minLength: 1, maxLength: 60 },
    ),
    hasStarts: fc.boolean(),
  })
  .map(({ samples, hasStarts }) => {
    let time = START;
    const timestampsMs = Float64Array.from(samples, ({ gapMs }) => {
      time += gapMs;
      return time;
    });
    const values = Float64Array.from(samples, ({ value, isHistogram }) => (isHistogram ? Number.NaN : value));
    const histograms = samples.map(({ value, isHistogram }) => (isHistogram ? histogramOf(value) : null));
    const startsMs = timestampsMs.map((timestampMs, i) => (i % 5 === 0 ? 0 : timestampMs - 1_000 - i));
    return {
      timestampsMs,
      values,
      ...(histograms.some((histogram) => histogram !== null) && { histograms }),
      ...(hasStarts && startsMs.some((startMs) => startMs !== 0) && { startsMs }),
    };
  });

/** Comparable, whatever kind of NaN stands where a histogram's window has no float. */
function plain({ timestampsMs, values, histograms, startsMs, rollups }: SampleColumns): unknown {
  const isFloat = Array.from(timestampsMs, (_time, i) => !histograms?.[i]);
  const floatsOf = (column: Float64Array): unknown[] =>
    [...column].map((value, i) => (isFloat[i] ? value : null));
  const names = ['first', 'sum', 'min', 'max', 'resets'] as const;
  return {
    timestampsMs,
    values: floatsOf(values),
    histograms: histograms ?? null,
    startsMs: startsMs?.some((startMs) => startMs !== 0) ? startsMs : null,
    rollups: rollups && {
      firstTimestampsMs: rollups.firstTimestampsMs,
      count: rollups.count,
      ...Object.fromEntries(names.map((name) => [name, floatsOf(rollups[name])])),
      histograms: rollups.histograms ?? null,
    },
  };
}

test('keeps start timestamps, of floats and of histograms', async () => {
  await fc.assert(
    fc.asyncProperty(mixed, async (columns) => {
      const disk = newDisk();
      await writePartition(disk, PATH, START, [{ labels: labelsFromObject({ __name__: 'x' }), columns }]);
      const [found] = await readBack(disk);
      assert.deepEqual(plain(found!.columns), plain(columns));
    }),
  );
});

/** Its memory has been something else before. */
function usedArena(): ColumnArena {
  const arena = new ColumnArena();
  arena.reuse();
  for (let i = 0; i < 3; i++) arena.take(5_000).fill(-1);
  arena.reuse();
  return arena;
}

test('keeps roll-ups, and reads those columns only that are wanted', async () => {
  await fc.assert(
    fc.asyncProperty(mixed, async (columns) => {
      const windows = rollUp(columns, RESOLUTION_MS);
      const disk = newDisk();
      const labels = labelsFromObject({ __name__: 'x' });
      await writePartition(disk, PATH, START, [{ labels, columns: windows }], RESOLUTION_MS);
      const [found] = await readBack(disk);
      assert.deepEqual(plain(found!.columns), plain(windows));
      const partition = await openPartition(disk, PATH);
      const wanted: ReadonlySet<RollupColumn> = new Set(['max']);
      const runs = openSeries(disk, PATH, partition, partition.index.all(), -Infinity, Infinity, wanted);
      for await (const [stored] of runs as AsyncIterable<readonly [StoredSeries]>) {
        const { rollups } = stored.read(usedArena());
        if (windows.histograms) continue;
        assert.deepEqual(rollups!.max, windows.rollups!.max);
        assert.equal(rollups!.sum.length, 0);
      }
      const all = openSeries(disk, PATH, partition, partition.index.all(), -Infinity, Infinity);
      for await (const [stored] of all as AsyncIterable<readonly [StoredSeries]>)
        assert.deepEqual(plain(stored.read(usedArena())), plain(windows));
    }),
  );
});

test('a damaged file of roll-ups is an error too', async () => {
  const series = fc.sample(mixed, { seed: 5, numRuns: 20 }).map((columns, i) => ({
    labels: labelsFromObject({ __name__: 'x', i: String(i) }),
    columns: rollUp(columns, RESOLUTION_MS),
  }));
  await survivesDamage(10, series, RESOLUTION_MS);
});

// Files as version 1 wrote them: 40 samples every 15 s and two histograms, and the same samples' windows of 5 minutes.
const VERSION_1 =
  'VE9DU0lOUAEAAAAAAAAAAAoAAAgADx4tPEtaaXiHlqW0w9Lh8AAPHi08S1ppeIeWpbTD0uHwAA8eLTxLKLUv/SCMJQIAFANFEQAQ' +
  'QBkAFEAgACn8qfHSTWJQPzkA8D9aBAgCEAJqEADwPwBAcAJ4gK6mChyYo6cKBwBBJJIwOcABmgekgsstGAIJALDqASi1L/0gQAEC' +
  'AIDczBQCKgIBARYKX19uYW1lX18seApfX25hbWVfXyx5BAAAAAIBBQV58EZxJhIAAaABAiwAqNojAAEJAE0AmHWJAAAAAAAAAAUA' +
  'AAB/TKCRSQAAAOZA6eoAAAAAi5byWVRPQ1NJTlAB';
const VERSION_1_TIER =
  'VE9DU0lOUAEAAAAAAAAAAAoBADwEDwIAAgVgSgoKAKQhySABAAIAAAUAYwoAAAbAwwMKAJDlIo/lIgoAALDqAQoKAJwEuQQJAMDP' +
  'JCi1L/0gKlEBAIDczBQBAwEBAQsKX19uYW1lX18seAIAAAEFBTe1giTNCQABDgI3AMDPJEcAAAAAAAAABQAAAFPKzPAzAAAAKCu/' +
  'OQAAAADPlEdlVE9DU0lOUAE=';

async function put(disk: SimulatedDisk, base64: string): Promise<void> {
  const file = await disk.open(PATH, { truncate: true });
  await file.append([Buffer.from(base64, 'base64')]);
  await file.close();
}

test('files of version 1 are read', async () => {
  const timestampsMs = Float64Array.from({ length: 40 }, (_, i) => START + i * 15_000);
  const values = Float64Array.from(timestampsMs, (_time, i) => (i % 17) * 1.5);
  const disk = newDisk();
  await put(disk, VERSION_1);
  const [floats, histograms] = await readBack(disk);
  assert.deepEqual(floats!.columns, { timestampsMs, values });
  assert.deepEqual(
    histograms!.columns.histograms!.map((histogram) => histogram!.sum),
    [5, 7],
  );
  await put(disk, VERSION_1_TIER);
  const [tier] = await readBack(disk);
  assert.deepEqual(tier!.columns, rollUp({ timestampsMs, values }, RESOLUTION_MS));
});
