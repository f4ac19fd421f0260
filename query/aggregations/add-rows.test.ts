import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '../engine.ts';
import { DEFAULT_LIMITS, type QueryLimits } from '../limits.ts';
import { aggregateRows } from '../partner/aggregate-rows.ts';
import type { Partner, PartnerTask } from '../partner/partner.ts';
import type { SeriesSource, Storage } from '../storage.ts';

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
