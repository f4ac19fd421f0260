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
