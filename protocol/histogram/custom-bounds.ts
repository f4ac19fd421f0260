/** The bounds two histograms have both; null when theirs are equal. */
export function commonBounds(a: readonly number[], b: readonly number[]): readonly number[] | null {
  if (a.length === b.length && a.every((bound, i) => bound === b[i])) return null;
  const others = new Set(b);
  return a.filter((bound) => others.has(bound));
}

/** The bucket among `to`, a subset of `from`, that holds bucket `index` of `from`. */
export function remapToBounds(index: number, from: readonly number[], to: readonly number[]): number {
  if (index >= from.length) return to.length;
  const bound = from[index]!;
  let low = 0;
  let high = to.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (to[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
