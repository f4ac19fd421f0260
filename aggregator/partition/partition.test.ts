import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import type { SampleColumns } from '../head/sample-columns.ts';
import { openPartition, readPartition } from './partition.ts';
import { PartitionCorruptError } from './partition-format.ts';
import { type PartitionSeries, writePartition } from './write-partition.ts';

const START = 7_200_000 * 3;
const PATH = '/a.part';
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

test('a damaged or shortened file is an error that names it, never wrong data', async () => {
  const random = createSeededRandom(9);
  const written = Array.from({ length: 40 }, (_, i) => ({
    labels: labelsFromObject({ __name__: 'x', i: String(i) }),
    columns: columnsOf(Array.from({ length: 50 }, (_, k) => [k * 1_000, random.below(1_000)] as const)),
  }));
  for (let round = 0; round < 200; round++) {
    const disk = newDisk();
    const { bytes } = await writePartition(disk, PATH, START, written);
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
});
