/** The index of the first timestamp above `timestampMs`. */
export function firstAfter(timestampsMs: Float64Array, timestampMs: number): number {
  let low = 0;
  let high = timestampsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle]! <= timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `firstAfter`, when all before `from` are known to be no later: near to where the last search ended it takes a step or two. */
export function firstAfterFrom(timestampsMs: Float64Array, timestampMs: number, from: number): number {
  const { length } = timestampsMs;
  let low = from;
  let step = 1;
  while (low + step <= length && timestampsMs[low + step - 1]! <= timestampMs) {
    low += step;
    step *= 2;
  }
  let high = Math.min(length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle]! <= timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
