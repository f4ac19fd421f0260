import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { createRecentQueries, DEFAULT_RECENT_LIMITS } from './recent-queries.ts';
import type { Question } from './recent-query.ts';

const limits = {
  newestMax: 5,
  programsMax: 3,
  slowestMax: 3,
  slowestMsMin: 10,
  slowestAgeMs: 1_000,
  queryCharactersMax: 20,
};

function questionOf(query: string, program = 'a'): Question {
  const origin = { clientIp: '', method: 'GET', path: '', program, forwardedFor: '', page: '' };
  return { language: 'promql', query, startMs: 0, endMs: 0, stepMs: 0, origin };
}

const costOf = (tookMs: number) => ({ tookMs, series: 1, samples: 2, error: null });

describe('recent queries', () => {
  it('are the newest of each program and the slowest, each once, and never more than the limits say', async () => {
    const step = fc.record({
      query: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      program: fc.constantFrom('p', 'q', 'r', 's', 't'),
      passMs: fc.nat({ max: 400 }),
      tookMs: fc.nat({ max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = createSimulatedClock(1_000_000);
        const recent = createRecentQueries(clock, { ...limits, slowestAgeMs: Number.POSITIVE_INFINITY });
        const all: { atMs: number; tookMs: number; program: string }[] = [];
        for (const { query, program, passMs, tookMs } of steps) {
          await clock.advance(passMs);
          const atMs = clock.now();
          all.push({ atMs, tookMs, program });
          recent.add(questionOf(query, program), atMs, costOf(tookMs));
          const listed = recent.ended();
          assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length);
          assert.ok(listed.length <= limits.newestMax * limits.programsMax + limits.slowestMax);
          const own = all.filter((one) => one.program === program).slice(-limits.newestMax);
          const shown = listed.filter((one) => one.origin.program === program);
          // Of a program that asked meanwhile all newest are there; one that was forgotten begins anew.
          assert.equal(shown[0]?.atMs, own.at(-1)?.atMs);
          const slowMs = Math.max(...all.map((one) => one.tookMs));
          if (slowMs >= limits.slowestMsMin) assert.ok(listed.some((one) => one.tookMs === slowMs));
          const times = listed.map((one) => one.atMs);
          assert.deepEqual(
            times,
            times.toSorted((a, b) => b - a),
          );
        }
      }),
    );
  });

  it('keep what people ask beside a flood of rules', () => {
    const recent = createRecentQueries(createSimulatedClock(0), limits);
    recent.add(questionOf('mine', 'browser'), 0, costOf(1));
    for (let i = 0; i < 10_000; i++) recent.add(questionOf(`rule ${i}`, 'alerting'), i, costOf(1));
    assert.deepEqual(
      recent.ended().map(({ query }) => query),
      ['rule 9999', 'rule 9998', 'rule 9997', 'rule 9996', 'rule 9995', 'mine'],
    );
  });

  it('name a slow query once, by its slowest time', () => {
    const recent = createRecentQueries(createSimulatedClock(0), { ...limits, newestMax: 1 });
    for (const tookMs of [20, 50, 30]) recent.add(questionOf('slow'), 0, costOf(tookMs));
    recent.add(questionOf('quick'), 1, costOf(1));
    assert.deepEqual(
      recent.ended().map(({ query, tookMs }) => [query, tookMs]),
      [
        ['quick', 1],
        ['slow', 50],
      ],
    );
  });

  it('forget the slow ones with time', async () => {
    const clock = createSimulatedClock(0);
    const recent = createRecentQueries(clock, { ...limits, newestMax: 1 });
    recent.add(questionOf('slow'), 0, costOf(90));
    await clock.advance(600);
    recent.add(questionOf('slow too'), 600, costOf(80));
    recent.add(questionOf('quick'), 600, costOf(1));
    const names = () => recent.ended().map(({ query }) => query);
    assert.deepEqual(names(), ['quick', 'slow too', 'slow']);
    await clock.advance(600);
    assert.deepEqual(names(), ['quick', 'slow too']);
  });

  it('say what runs, and for how long', async () => {
    const clock = createSimulatedClock(5_000);
    const recent = createRecentQueries(clock, limits);
    const end = recent.begin(questionOf('x'.repeat(1_000)), 3);
    await clock.advance(70);
    const [one] = recent.running();
    assert.deepEqual([one?.atMs, one?.soFarMs, one?.others, one?.query], [5_000, 70, 3, 'x'.repeat(20)]);
    end();
    assert.deepEqual(recent.running(), []);
  });

  it('hold no more of one program than they may', () => {
    const recent = createRecentQueries(createSimulatedClock(0));
    for (let i = 0; i < 10_000; i++) recent.add(questionOf('up'), i, costOf(1));
    assert.equal(recent.ended().length, DEFAULT_RECENT_LIMITS.newestMax);
  });
});
