import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { LEVELS_MAX } from './count-lines.ts';
import { createLogEndpoints } from './log-endpoints.ts';
import { createLogStore } from './log-store.ts';

const START_MS = Date.UTC(2026, 0, 10);

async function openStore() {
  const clock = createSimulatedClock(START_MS);
  const disk = createSimulatedDisk(createSeededRandom(1));
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  const deps = { clock, disk, log: silentLog, registry };
  // Seals at once, so that lines are in blocks and in memory.
  const store = createLogStore(deps, { folder: '/data/logs', limits: { headAgeMsMax: 0 } });
  await store.open();
  const endpoint = createLogEndpoints({ store, clock })('/api/tocsin/v1/logs/histogram');
  assert.ok(endpoint);
  const ask = (parameters: Record<string, string>) =>
    endpoint({
      parameters: new URLSearchParams(parameters),
      categorize: false,
      signal: new AbortController().signal,
    });
  return { store, ask };
}

const line = fc.record({
  ageMs: fc.nat({ max: 100_000 }),
  level: fc.constantFrom('', 'info', 'ERROR', '__proto__'),
  isLabel: fc.boolean(),
  isShop: fc.boolean(),
});

test('counts are those of a naive count, in blocks and in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 60 }),
      fc.nat({ max: 60 }),
      fc.integer({ min: 1, max: 40_000 }),
      async (lines, sealedAfter, stepMs) => {
        const { store, ask } = await openStore();
        for (const [index, { ageMs, level, isLabel, isShop }] of lines.entries()) {
          const own = level === '' ? {} : { level };
          await store.append([
            {
              labels: labelsFromObject({ service_name: isShop ? 'shop' : 'bank', ...(isLabel ? own : {}) }),
              entries: [
                {
                  timestampNs: BigInt(START_MS - ageMs) * 1_000_000n,
                  line: `line ${index}`,
                  structuredMetadata: labelsFromObject(isLabel ? {} : own),
                },
              ],
            },
          ]);
          if (index === sealedAfter) await store.maintain();
        }
        const fromMs = START_MS - 80_000;
        const step = Math.max(stepMs, 8);
        const naive = new Map<string, number[]>();
        const buckets = Math.ceil(80_000 / step);
        for (const { ageMs, level, isShop } of lines) {
          const offsetMs = START_MS - ageMs - fromMs;
          if (!isShop || offsetMs < 0 || offsetMs >= 80_000) continue;
          const key = level.toLowerCase();
          const counts = naive.get(key) ?? new Array<number>(buckets).fill(0);
          naive.set(key, counts);
          const bucket = Math.floor(offsetMs / step);
          counts[bucket] = (counts[bucket] ?? 0) + 1;
        }
        const answer = JSON.parse(
          await ask({
            query: '{service_name="shop"}',
            start: `${fromMs}000000`,
            end: `${START_MS}000000`,
            step: String(step / 1000),
          }),
        );
        assert.deepEqual(new Map(Object.entries(answer.data.levels)), naive);
        assert.equal(answer.data.start, fromMs / 1000);
        await store.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('levels and buckets are bounded, and what is wrong is said', async () => {
  const { store, ask } = await openStore();
  const entries = Array.from({ length: LEVELS_MAX + 30 }, (_, index) => ({
    timestampNs: BigInt(START_MS - 1000) * 1_000_000n,
    line: `line ${index}`,
    structuredMetadata: labelsFromObject({ level: `odd ${index}` }),
  }));
  await store.append([{ labels: labelsFromObject({ service_name: 'shop' }), entries }]);
  const { data } = JSON.parse(await ask({ query: '{service_name="shop"}', since: '1h', step: '1h' }));
  assert.deepEqual(data.levels.other, [30]);
  assert.equal(Object.keys(data.levels).length, LEVELS_MAX + 1);
  const query = '{service_name="shop"}';
  await assert.rejects(ask({ query, since: '1h' }), /step is missing/);
  for (const step of ['0', '-1', 'x', 'NaN', '1e400', '0.0001'])
    await assert.rejects(ask({ query, since: '1h', step }), /parameter step/);
  await assert.rejects(ask({ query, since: '10h', step: '1' }), /36000 buckets are more than 11000/);
  await assert.rejects(ask({ query: '1 + 1', since: '1h', step: '1m' }), /must select log lines/);
  await store.close();
});
