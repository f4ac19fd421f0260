import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore } from '../store/metric-store.ts';

const DAY = 24 * 3_600_000;
const LABELS = labelsFromObject({ __name__: 'x' });

test('files of a tier become one for a quarter of a month, then one for the month; raw ones stay days', async () => {
  const random = createSeededRandom(1);
  const startMs = Date.UTC(2026, 8, 1);
  const clock = createSimulatedClock(startMs);
  const disk = createSimulatedDisk(random);
  const retention = [{ match: '{}', keep: { raw: '90d', '1h': '2y' } }];
  const store = createMetricStore(
    { clock: { ...clock, monotonic: () => 0 }, disk, random, log: silentLog },
    { folder: '/metrics', limits: DEFAULT_AGGREGATOR_LIMITS, retention, owners: 1 },
  );
  await store.open();
  const filesAt = async (day: number): Promise<string[]> => {
    await clock.advance(startMs + (day - 1) * DAY + 4 * 3_600_000 - clock.now());
    await store.compact();
    await store.retain();
    // What was rolled up just now is merged the next time.
    await store.retain();
    const files = await disk.list('/metrics/owner-0/partitions');
    return files.flatMap(({ name }) => /^1h-2026(\d{4})/.exec(name)?.[1] ?? []).sort();
  };
  for (let day = 1; day <= 30; day++) {
    const at = Float64Array.from([startMs + (day - 0.5) * DAY]);
    await clock.advance(at[0]! - clock.now());
    await store.write({
      version: '1.0',
      bytes: encodeWriteRequestV1([{ labels: LABELS, timestampsMs: at, values: Float64Array.of(day) }]),
    });
    if (day === 8) assert.deepEqual(await filesAt(9), days('09', 1, 8), 'the quarter is not over');
    if (day === 10) assert.deepEqual(await filesAt(11), ['0901', '0909', '0910']);
    if (day === 26) assert.deepEqual(await filesAt(27), ['0901', '0909', '0917', '0925', '0926']);
  }
  assert.deepEqual(await filesAt(33), ['0901']);
  const raw = (await disk.list('/metrics/owner-0/partitions')).filter(({ name }) => name.startsWith('raw-'));
  assert.equal(raw.length, 30);
  const [series] = await store.select(
    {
      matchers: [{ kind: '=', name: '__name__', value: 'x' }],
      minTimestampMs: startMs,
      maxTimestampMs: clock.now(),
    },
    new AbortController().signal,
  );
  assert.deepEqual(
    [...series!.values],
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  await store.close();
});

function days(month: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => month + String(first + i).padStart(2, '0'));
}
