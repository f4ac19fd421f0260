/**
 * Kahan's summation in Neumaier's form over [start, end): the error of a sum of many floats of different size
 * stays that of one addition. Source: A. Neumaier, ZAMM 54 (1974).
 */
export function compensatedSum(values: Float64Array, start: number, end: number): number {
  const sum = neumaier(values, start, end);
  return sum + lostInSum;
}

// The second result of `neumaier`; a pair would be an object for every window.
let lostInSum = 0;

function neumaier(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  // A sum that has ceased to be finite stays so, and has lost nothing.
  lostInSum = Number.isFinite(sum) ? lost : 0;
  return sum;
}

/** The mean, by a running mean when the sum would overflow. */
export function compensatedMean(values: Float64Array, start: number, end: number): number {
  const count = end - start;
  const sum = neumaier(values, start, end);
  if (Number.isFinite(sum) || count === 1) return sum / count + lostInSum / count;
  let mean = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    const seen = i - start + 1;
    if (!Number.isFinite(mean)) {
      // Inf stays Inf, also when finite values follow; opposite infinities make NaN.
      if (!Number.isFinite(value) && !(value > 0 && mean > 0) && !(value < 0 && mean < 0)) mean += value;
      continue;
    }
    const before = (seen - 1) / seen;
    const scaled = value / seen;
    const kept = mean * before;
    const next = kept + scaled;
    lost *= before;
    if (Number.isFinite(next))
      lost += Math.abs(kept) >= Math.abs(scaled) ? kept - next + scaled : scaled - next + kept;
    else lost = 0;
    mean = next;
  }
  return mean + lost;
}
