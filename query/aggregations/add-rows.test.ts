import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { blockOf, setFloat } from '../block.ts';
import { createEngine } from '../engine.ts';
import { DEFAULT_LIMITS, type QueryLimits } from '../limits.ts';
import { parsedQuery } from '../parsed-queries.ts';
import { aggregateRows } from '../partner/aggregate-rows.ts';
import type { Partner, PartnerTask } from '../partner/partner.ts';
import type { SeriesSource, Storage } from '../storage.ts';
import { createAccumulator } from './create-accumulator.ts';

const STEP_MS = 15_000;

interface Asked {
  readonly series: number;
  readonly groups: number;
  readonly steps: number;
  readonly limits?: Partial<QueryLimits>;
  readonly lends?: boolean;
}

/** Asks for a sum, with a partner in this thread; returns the pieces it was given, and how many series were read in one turn at most. */
async function ask({ series, groups, steps, limits, lends = true }: Asked) {
  const pieces: PartnerTask[] = [];
  let now = 0;
  let inTurn = 0;
  let inTurnMax = 0;
  const clock = {
    now: () => now,
    // Every look finds that it has been a while.
    monotonic: () => (now += 100),
    sleep: () => {
      inTurn = 0;
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  const timestampsMs = Float64Array.from({ length: steps }, (_, step) => (step + 1) * STEP_MS);
  const values = new Float64Array(steps).fill(1);
  const sources = Array.from({ length: series }, (_, i): SeriesSource => {
    const labels = labelsFromObject({ __name__: 'x', a: String(i % groups), b: String(i) });
    return {
      labels,
      read() {
        inTurnMax = Math.max(inTurnMax, ++inTurn);
        return { labels, timestampsMs, values };
      },
    };
  });
  let lent: SeriesSource[] = [];
  const partner: Partner = {
    isFreeFor: () => true,
    isFull: false,
    lend(source) {
      if (lends) lent.push(source);
      return lends;
    },
    begin(task, signal) {
      pieces.push(task);
      const own = lent;
      lent = [];
      return aggregateRows({ ...clock, sleep: () => Promise.resolve() }, task, own, signal);
    },
  };
  const select: Storage['select'] = () => Promise.reject(new Error('not asked for'));
  const storage: Storage = { select, open: async () => sources, partner };
  const engine = createEngine({ clock, limits: { ...DEFAULT_LIMITS, timeoutMs: 1e9, ...limits } });
  const query = 'sum by (a) (x)';
  const { result } = await engine.range({
    query,
    startMs: STEP_MS,
    endMs: steps * STEP_MS,
    stepMs: STEP_MS,
    storage,
  });
  assert.ok(result.kind === 'matrix');
  const sums = result.series.map((one) => one.values.reduce((sum, value) => sum + value, 0));
  assert.equal(
    sums.reduce((sum, value) => sum + value, 0),
    series * steps,
  );
  return { pieces, inTurnMax };
}

test('no piece has fewer rows than what comes back of it is worth', async () => {
  const { pieces } = await ask({ series: 2_000, groups: 50, steps: 4 });
  assert.ok(pieces.length > 1);
  for (const { groupOf } of pieces) assert.ok(groupOf.length >= 200, `${groupOf.length} rows of 50 groups`);
  const many = await ask({ series: 4_000, groups: 900, steps: 4 });
  assert.equal(many.pieces.length, 0);
});

test('a query that fits in the limits alone does not fail for what is held beside', async () => {
  // The groups alone are 1,000 points, and are written down once more in the end.
  const samplesMax = 1_500;
  const { pieces } = await ask({ series: 800, groups: 10, steps: 100, limits: { samplesMax } });
  assert.equal(pieces.length, 0);
});

test('many steps are not many rows in one turn', async () => {
  const { inTurnMax } = await ask({ series: 300, groups: 2, steps: 10_000, lends: false });
  assert.ok(inTurnMax <= 10, `${inTurnMax} rows of 10,000 points`);
});

for (const query of ['sum(x)', 'avg(x)'])
  test(`${query} is the same to the last digit, however many rows another thread adds up`, () => {
    const expr = parsedQuery(query);
    assert.ok(expr.kind === 'aggregation');
    const random = createSeededRandom(7);
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: 200 }, () => random.below(1_000_000) / (round % 2 === 0 ? 10 : 7));
      const found = [200, 100, 180].map((cut) => {
        const [here, beside] = [createAccumulator(expr, 1, 1), createAccumulator(expr, 1, 1)];
        for (const [row, value] of values.entries()) {
          const block = blockOf(1, [[]], [false]);
          setFloat(block, 0, value);
          (row < cut ? here : beside).add(block, 0, 0);
        }
        here.merge(beside.state as never, 0, 0);
        const result = blockOf(1, [[]], [false]);
        here.finish(result);
        return result.values[0];
      });
      assert.equal(new Set(found).size, 1, `${found}`);
    }
  });
