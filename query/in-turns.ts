import type { Budget } from './budget.ts';

// As much as `Budget.due` lets pass between two looks at the clock.
const SLICE = 20_000;

/**
 * Calls `work` with one part of [0, count) after the other, letting other work of the process go on in between. An item
 * costs about as much as `units` samples.
 */
export async function inTurns(
  count: number,
  units: number,
  budget: Budget,
  work: (from: number, to: number) => void,
): Promise<void> {
  const size = Math.max(1, Math.floor(SLICE / units));
  for (let from = 0; from < count; from += size) {
    const to = Math.min(count, from + size);
    if (budget.due((to - from) * units)) await budget.pause();
    work(from, to);
  }
}
