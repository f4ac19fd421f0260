import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Budget } from './budget.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { sortInTurns } from './sort-in-turns.ts';

const budget = () =>
  new Budget({ monotonic: () => 0, sleep: async () => {} }, DEFAULT_LIMITS, new AbortController().signal);

describe('sortInTurns', () => {
  it('sorts as Array.sort does, also what needs several runs', async () => {
    const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(50), { maxLength: 30 }),
        fc.integer({ min: 1, max: 400 }),
        async (keys, repeat) => {
          const items = Array.from({ length: keys.length * repeat }, (_, i) => ({
            key: keys[i % keys.length]!,
            place: i,
          }));
          assert.deepEqual(await sortInTurns(items, byKey, budget()), [...items].sort(byKey));
        },
      ),
      { numRuns: 30 },
    );
  });
});
