import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import { aggregateRows } from '@tocsin/query/partner/aggregate-rows.ts';
import type { PartnerTask } from '@tocsin/query/partner/partner.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import type { WholeQueries } from '../shard/whole-query.ts';
import { createMetricStore } from '../store/metric-store.ts';
import { borrowedSeries } from './borrowed-series.ts';
import { buffersOfLent, type LentSeries } from './lent-series.ts';
import type { QueryPartner } from './query-partner.ts';
import { isLendable, SeriesLender } from './series-lender.ts';

const T0 = 1_790_000_000_000;
const STEP_MS = 15_000;
const SERIES = 400;
const OPERATORS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const OPERANDS = [
  'x',
  'x offset 7m',
  'rate(x[5m])',
  'increase(x[1m])',
  'max_over_time(x[4m])',
  'count_over_time(x[2h])',
  'quantile_over_time(0.5, x[3m])',
  'x @ end()',
];
const MISTAKE = 'label "a" is one too many';

/** A partner in this thread, to which everything goes the way it would go to another. */
function createPartnerHere(): QueryPartner & { mode: 'off' | 'on' | 'broken' | 'refusing'; rows: number } {
  const clock = { monotonic: () => 0, sleep: () => Promise.resolve() };
  const lender = new SeriesLender();
  const spare: LentSeries[] = [];
  return {
    mode: 'off',
    rows: 0,
    isFreeFor() {
      return this.mode !== 'off';
    },
    // Small, so that pieces end early now and then.
    get isFull() {
      return lender.byteCount > 6_000;
    },
    lend: (source) => isLendable(source) && lender.lend(source, source.labels),
    async begin(task: PartnerTask, signal) {
      const made = lender.finish(spare.pop() ?? null);
      const lent = structuredClone(made, { transfer: buffersOfLent(made) });
      if (this.mode === 'broken') throw new Error('the thread has ended');
      if (this.mode === 'refusing') throw new QueryError('execution', MISTAKE);
      const answer = await aggregateRows(clock, task, borrowedSeries(lent, task.groupOf.length), signal);
      this.rows += task.groupOf.length;
      spare.push(lent);
      return structuredClone(answer);
    },
    close: () => Promise.resolve(),
  };
}

for (const seed of [1, 2, 3, 4])
  test(`what is worked out from lent series is what is worked out alone (${seed})`, async () => {
    const random = createSeededRandom(seed);
    const clock = createSimulatedClock(T0);
    const partner = createPartnerHere();
    const store = createMetricStore(
      { clock, disk: createSimulatedDisk(random), random, log: silentLog, openPartner: () => partner },
      {
        folder: '/metrics',
        limits: DEFAULT_AGGREGATOR_LIMITS,
        retention: [{ match: '{}', keep: { raw: 'forever' } }],
        owners: 1,
        processors: 2,
      },
    );
    await store.open();
    const signal = new AbortController().signal;
    const kinds = Array.from({ length: SERIES }, () => random.below(9));
    const labels = kinds.map((_, i) => labelsFromObject({ __name__: 'x', a: String(i % 7), b: String(i) }));
    const values = kinds.map(() => random.below(1_000) / 10);
    for (let tick = 0; tick < 130; tick++) {
      await clock.advance(STEP_MS);
      const written = kinds.flatMap((kind, i) => {
        if (kind === 0 && random.below(9) === 0) return [];
        values[i] = nextValue(kind, values[i]!, random.below(1_000));
        // Now and then one out of order, some that are scraped a little later, and after the compaction some of before it.
        const lateMs =
          kind === 1 && random.below(20) === 0
            ? 100_000
            : kind === 7 && tick === 41
              ? 100_007
              : kind === 2
                ? (i % 5) * 100
                : 0;
        const column = Float64Array.of(values[i]!);
        if (kind === 3 && random.below(30) === 0) writeStale(column, 0);
        return [{ labels: labels[i]!, timestampsMs: Float64Array.of(clock.now() - lateMs), values: column }];
      });
      await store.write({ version: '1.0', bytes: encodeWriteRequestV1(written) });
      if (tick === 40) await store.compact();
      if (tick === 60) {
        const matcherSets = [[{ kind: '=~', name: 'b', value: '1.*' } as const]];
        await store.deleteSeries({
          matcherSets,
          startMs: clock.now() - 400_000,
          endMs: clock.now() - 200_000,
        });
      }
    }
    const queries = OPERATORS.flatMap((operator) =>
      OPERANDS.map((operand) => `${operator} by (a) (${operand})`),
    );
    const ask = async (mode: typeof partner.mode): Promise<unknown[]> => {
      partner.mode = mode;
      return await answersOf(async (left) => (await store.answer!(asked(left), signal)).answers, queries);
    };
    function asked(left: readonly string[]): WholeQueries {
      const all = (value: number): number[] => left.map(() => value);
      return {
        queries: left,
        startsMs: all(clock.now() - 20 * 60_000),
        endsMs: all(clock.now()),
        stepsMs: all(60_000),
        lookbacksMs: all(-1),
        timeoutsMs: all(1e9),
        limits: all(0),
      };
    }
    const alone = await ask('off');
    assert.equal(partner.rows, 0);
    const together = await ask('on');
    assert.ok(partner.rows > queries.length * 30, `it worked out ${partner.rows} rows`);
    const betrayed = await ask('broken');
    for (const [i, query] of queries.entries()) {
      assertAlike(together[i], alone[i], query);
      assertAlike(betrayed[i], alone[i], query);
    }
    assert.match(JSON.stringify(await ask('refusing')), /one too many/);
    await store.close();
  });

/** Counters, gauges, constants, odd doubles. */
function nextValue(kind: number, before: number, random: number): number {
  if (kind <= 3) return random < 5 ? 0 : Number.isNaN(before) ? 1 : before + random;
  if (kind === 4) return random / 7;
  if (kind === 5) return 42;
  if (kind === 6) return random < 20 ? Number.NaN : random < 40 ? Number.POSITIVE_INFINITY : random;
  return before + (random - 500) / 100;
}

async function answersOf(
  answer: (queries: readonly string[]) => Promise<readonly unknown[]>,
  queries: readonly string[],
): Promise<unknown[]> {
  const answers: unknown[] = [];
  while (answers.length < queries.length)
    for (const one of await answer(queries.slice(answers.length)))
      answers.push(typeof one === 'string' ? JSON.parse(one) : one);
  return answers;
}

/** Equal but for the last digits of numbers, which depend on the order they are added up in. */
function assertAlike(found: unknown, expected: unknown, query: string): void {
  if (typeof found === 'string' && typeof expected === 'string' && found !== expected) {
    const [a, b] = [Number(found), Number(expected)];
    assert.ok(
      Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)),
      `${query}: ${found}, not ${expected}`,
    );
    return;
  }
  if (typeof found !== 'object' || found === null || typeof expected !== 'object' || expected === null) {
    assert.deepEqual(found, expected, query);
    return;
  }
  assert.deepEqual(Object.keys(found), Object.keys(expected), query);
  for (const [key, value] of Object.entries(expected))
    assertAlike((found as Record<string, unknown>)[key], value, query);
}
