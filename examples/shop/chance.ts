/** Repeatable chance from a seed (mulberry32): the same demo shows the same day. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** True in `probability` of the cases. */
  happens(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Exponentially distributed with this mean: the time between independent arrivals. */
  waitOf(mean: number): number;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    happens: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    waitOf: (mean) => -Math.log(1 - next()) * mean,
  };
}
