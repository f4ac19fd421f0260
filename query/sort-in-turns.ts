import type { Budget } from './budget.ts';

const RUN = 2048;

/** Sorts like `Array.sort`, stable, and lets other work of the process go on in between. */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  budget: Budget,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    if (budget.due(RUN * 20)) await budget.pause();
    runs.push(items.slice(i, i + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const left = runs[i]!;
      const right = runs[i + 1];
      merged.push(right === undefined ? left : await merge(left, right, compare, budget));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  budget: Budget,
): Promise<T[]> {
  const result: T[] = [];
  let a = 0;
  let b = 0;
  while (a < left.length && b < right.length) {
    if (budget.due(20)) await budget.pause();
    result.push(compare(left[a]!, right[b]!) <= 0 ? left[a++]! : right[b++]!);
  }
  for (; a < left.length; a++) result.push(left[a]!);
  for (; b < right.length; b++) result.push(right[b]!);
  return result;
}
