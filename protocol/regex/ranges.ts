/** A set of code points: `[low, high, low, high, ...]`, ascending, inclusive, not touching. */
export type Ranges = readonly number[];

export const CODE_POINT_MAX = 0x10ffff;
export const ANY: Ranges = [0, CODE_POINT_MAX];
export const ANY_BUT_NEWLINE: Ranges = [0, 9, 11, CODE_POINT_MAX];

/** Sorts and joins ranges given in any order. */
export function normalize(pairs: readonly (readonly [low: number, high: number])[]): Ranges {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [low, high] of sorted) {
    const last = result.length - 1;
    if (last > 0 && low <= result[last]! + 1) result[last] = Math.max(result[last]!, high);
    else result.push(low, high);
  }
  return result;
}

export function union(...sets: readonly Ranges[]): Ranges {
  return normalize(sets.flatMap(pairsOf));
}

export function negate(set: Ranges): Ranges {
  const result: number[] = [];
  let next = 0;
  for (const [low, high] of pairsOf(set)) {
    if (low > next) result.push(next, low - 1);
    next = high + 1;
  }
  if (next <= CODE_POINT_MAX) result.push(next, CODE_POINT_MAX);
  return result;
}

export function pairsOf(set: Ranges): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < set.length; i += 2) pairs.push([set[i]!, set[i + 1]!]);
  return pairs;
}
