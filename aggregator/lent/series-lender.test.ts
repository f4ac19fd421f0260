import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { encodeIntegers } from '../chunks/integer-column.ts';
import { encodeValues } from '../chunks/value-column.ts';
import { borrowedSeries } from './borrowed-series.ts';
import { SeriesLender } from './series-lender.ts';

const SAMPLES = 50;
const offsets = Float64Array.from({ length: SAMPLES }, (_, i) => i * 15_000);
const values = Float64Array.from({ length: SAMPLES }, (_, i) => Math.sin(i));
const timesWriter = new ByteWriter(64);
encodeIntegers(timesWriter, offsets, SAMPLES);
const times = timesWriter.peek();
const valuesWriter = new ByteWriter(64);
encodeValues(valuesWriter, values, 0, SAMPLES);
const block = valuesWriter.peek();

type Place = readonly [timesStart: number, timesEnd: number, start: number, end: number];
const SOUND: Place = [0, times.length, 0, block.length];
// As an index may have them that is wrong: behind the end, before the start, the wrong way round, nowhere.
const WRONG: readonly Place[] = [
  [0, times.length, 0, block.length + 1],
  [0, times.length, -3, block.length - 3],
  [0, times.length, 9, 8],
  [0, times.length, block.length + 9, block.length + 12],
  [1, times.length + 1, 0, block.length],
  [times.length, Number.NaN, 0, block.length],
  [Number.NaN, Number.NaN, 0, block.length],
];

test('a chunk that is not where an index says is not lent, and spoils no other', () => {
  const lender = new SeriesLender();
  lender.setRange(-1, Number.MAX_SAFE_INTEGER);
  const lend = (wrong: Place | null): boolean =>
    lender.lend(
      {
        lendTo(to) {
          store(to, SOUND);
          if (wrong === null) return true;
          assert.throws(() => store(to, wrong), StoredDataError, String(wrong));
          return false;
        },
      },
      [],
    );
  assert.equal(lend(null), true);
  for (const place of WRONG) assert.equal(lend(place), false);
  assert.equal(lend(null), true);
  assert.ok(lender.byteCount <= 2 * (times.length + block.length));
  for (const series of borrowedSeries(lender.finish(null), 2)) {
    const columns = series.read();
    assert.deepEqual([...columns.timestampsMs], [...offsets]);
    assert.deepEqual([...columns.values], [...values]);
  }
});

function store(lender: SeriesLender, [timesStart, timesEnd, start, end]: Place): void {
  lender.stored(times, timesStart, timesEnd, block, start, end, SAMPLES, 0);
}
