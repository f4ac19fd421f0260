import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import type { Selection, Storage } from '@tocsin/query/storage.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { sliceColumns } from '../head/sample-columns.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore } from '../store/metric-store.ts';

const DAY = 24 * 3_600_000;
const START = Math.ceil(1_790_000_000_000 / DAY) * DAY;
const LABELS = labelsFromObject({ __name__: 'x' });
const FUNCTIONS = ['sum', 'avg', 'min', 'max', 'count', 'first', 'last']
  .map((name) => `${name}_over_time`)
  .concat('rate', 'increase', 'delta');
const FIVE_MINUTES_S = 300;

/** A counter over `days` with random steps, resets, gaps, and samples on the windows' edges. */
function randomCounter(seed: number, days: number) {
  const random = createSeededRandom(seed);
  const times: number[] = [];
  const points: number[] = [];
  let value = 0;
  for (let time = START; time <= START + days * DAY; ) {
    value = random.below(200) === 0 ? random.below(50) : value + random.below(1_000) / 10;
    times.push(time);
    points.push(value);
    time +=
      random.below(300) === 0 ? 7_200_000 + random.below(60_000) : random.below(3) === 0 ? 59_000 : 60_000;
    if (random.below(20) === 0) time = Math.ceil(time / 300_000) * 300_000;
  }
  return { timestampsMs: Float64Array.from(times), values: Float64Array.from(points) };
}

test('answers over long ranges come from the tiers and are those of the raw samples', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = createSeededRandom(seed);
    const clock = createSimulatedClock(START + 5 * DAY);
    const disk = createSimulatedDisk(random);
    const retention = [{ match: '{}', keep: { raw: '30d', '5m': '90d', '1h': '2y' } }];
    const store = createMetricStore(
      // Merging lets go of the process now and then; that needs a clock that runs.
      { clock: { ...clock, monotonic: () => 0 }, disk, random, log: silentLog },
      { folder: '/metrics', limits: DEFAULT_AGGREGATOR_LIMITS, retention, owners: 1 },
    );
    await store.open();
    const samples = randomCounter(seed, 4);
    await store.write({ version: '1.0', bytes: encodeWriteRequestV1([{ labels: LABELS, ...samples }]) });
    await store.compact();
    await store.retain();

    let read = 0;
    const tiered: Storage = {
      async select(selection: Selection, signal: AbortSignal) {
        const series = await store.select(selection, signal);
        read += series.reduce((sum, { values }) => sum + values.length, 0);
        return series;
      },
    };
    const raw: Storage = {
      async select({ minTimestampMs, maxTimestampMs }: Selection) {
        return [{ labels: LABELS, ...sliceColumns(samples, minTimestampMs, maxTimestampMs) }];
      },
    };
    const engine = createEngine({ clock: systemClock });
    const ask = async (storage: Storage, query: string, timeMs: number): Promise<number> => {
      const { result } = await engine.instant({ query, timeMs, storage });
      assert.ok(result.kind === 'vector' && result.values.length === 1, query);
      return result.values[0]!;
    };
    const compare = async (fn: string, rangeS: number, timeMs: number): Promise<void> => {
      const query = `${fn}(x[${rangeS}s])`;
      const expected = await ask(raw, query, timeMs);
      const found = await ask(tiered, query, timeMs);
      assert.ok(
        Math.abs(found - expected) <= 1e-9 * Math.abs(expected),
        `seed ${seed}, ${query} at ${timeMs - START}: ${found}, raw ${expected}`,
      );
    };
    for (const resolutionS of [FIVE_MINUTES_S, 3_600]) {
      read = 0;
      for (let round = 0; round < 12; round++) {
        const rangeS = Math.floor((200_000 + random.below(140_000)) / resolutionS) * resolutionS;
        const timeMs = START + 4 * DAY - random.below(12) * resolutionS * 1000;
        for (const fn of FUNCTIONS) await compare(fn, rangeS, timeMs);
      }
      const windows = (12 * FUNCTIONS.length * 4 * DAY) / resolutionS / 1000;
      assert.ok(read > 0 && read <= windows, `${read} windows of ${resolutionS} s were read`);
    }
    // Whatever cuts windows is answered from the samples, as long as they are there.
    for (let round = 0; round < 12; round++)
      for (const fn of FUNCTIONS)
        await compare(fn, 200_000 + random.below(140_000), START + 4 * DAY - random.below(3_600_000));
    await store.close();
  }
});
