import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine, type QueryClock } from './engine.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { evaluateFragment } from './shards/evaluate-fragment.ts';
import type { Fragment, FragmentAnswer } from './shards/fragment.ts';
import type { Storage } from './storage.ts';
import { MemoryStorage } from './testing/memory-storage.ts';

/**
 * A clock on which every look takes as long as a turn may: an evaluation then gives up its turn each time it looks, which
 * it must after so much work, whatever the speed of the machine. `atTurn` is called between two turns.
 */
function impatientClock(atTurn: () => Promise<void> = async () => undefined) {
  let now = 0;
  const clock = {
    turns: 0,
    monotonic: () => (now += 0.001 + DEFAULT_LIMITS.sliceMs),
    async sleep() {
      clock.turns++;
      await atTurn();
    },
  } satisfies QueryClock & { turns: number };
  return clock;
}

const patient: QueryClock = { monotonic: () => 0, sleep: async () => undefined };
const limits = { samplesMax: 1e9, bytesMax: 1e12, seriesMax: 1e9, timeoutMs: Number.POSITIVE_INFINITY };
const timestampsMs = Float64Array.of(1_000);

/** Series that differ in `i`, in an order in which they need no sorting. */
function storageOf(count: number): Storage {
  const series = Array.from({ length: count }, (_, i) => ({
    labels: ['__name__', 'x', 'i', String(i).padStart(7, '0')] as Labels,
    timestampsMs,
    values: Float64Array.of(i),
  }));
  return { select: async () => series };
}

describe('a query of very many elements', () => {
  // As with a million, in a fraction of the time.
  const ROWS = 200_000;

  it('lets others have their turn after every bit of its work', async () => {
    const small = new MemoryStorage();
    small.add(labelsFromObject({ __name__: 'up' }), 1_000, 1);
    const storage = storageOf(ROWS);
    let asked = 0;
    let answered = 0;
    const clock = impatientClock(async () => {
      if (clock.turns % 10 !== 0) return;
      asked++;
      const { result } = await createEngine({ clock: patient }).instant({
        query: 'up',
        storage: small,
        timeMs: 1_000,
      });
      if (result.kind === 'vector' && result.values[0] === 1) answered++;
    });
    const { result } = await createEngine({ clock, limits }).instant({
      query: 'label_replace(x, "to", "$1-$1", "i", "(.*)")',
      storage,
      timeMs: 1_000,
    });
    assert.equal(result.kind === 'vector' && result.labels.length, ROWS);
    // Replacing alone counts 220 of 20,000 a row; reading, merging, dropping and finishing come on top.
    assert.ok(clock.turns > (ROWS * 220) / 20_000, `${clock.turns} turns`);
    assert.ok(asked > 100);
    assert.equal(answered, asked);
  });

  it('travels between threads in turns on both sides', async () => {
    const rows = 100_000;
    const shard = storageOf(rows);
    const ofShard = impatientClock();
    const ofCaller = impatientClock();
    const storage: Storage = {
      ...shard,
      async evaluate(fragment: Fragment, signal: AbortSignal): Promise<FragmentAnswer[]> {
        return [await evaluateFragment(ofShard, shard, fragment, signal)];
      },
    };
    const { result } = await createEngine({ clock: ofCaller, limits }).instant({
      query: 'x',
      storage,
      timeMs: 1_000,
    });
    assert.equal(result.kind === 'vector' && result.labels.length, rows);
    // Packing costs 70 a row; unpacking 25 a text and 40 a set.
    assert.ok(ofShard.turns > (rows * 70) / 20_000, `${ofShard.turns} turns of the shard`);
    assert.ok(ofCaller.turns > (rows * 65) / 20_000, `${ofCaller.turns} turns of the caller`);
  });
});

describe('every expression over many elements', () => {
  const ROWS = 20_000;
  const storage = storageOf(ROWS);
  for (const query of [
    'x',
    'x * 2',
    'x > bool 3',
    'x > 3',
    '-x',
    'abs(x)',
    'clamp(x, 1, 2)',
    'x + x',
    'x and x',
    'x or x',
    'x unless x',
    'sort(x)',
    'sort_by_label(x, "i")',
    'topk(10, x)',
    'limitk(10000, x)',
    'limit_ratio(0.5, x)',
    'quantile by (i) (0.5, x)',
    'count_values("v", x)',
    'sum by (i) (x)',
    'absent(x)',
    'label_join(x, "to", "-", "i", "i")',
    'x @ 1',
    'max_over_time(x[5m:1m])',
  ]) {
    it(`${query} lets others have their turn`, async () => {
      for (const work of ['instant', 'range'] as const) {
        const clock = impatientClock();
        const engine = createEngine({ clock, limits });
        const range = { startMs: 1_000, endMs: 20_000, stepMs: 1_000 };
        if (work === 'instant') await engine.instant({ query, storage, timeMs: 1_000 });
        else await engine.range({ query, storage, ...range });
        // Each row is gone through, which counts 20 and more.
        assert.ok(clock.turns >= (ROWS * 20) / 20_000, `${work}: ${clock.turns} turns`);
      }
    });
  }
});
