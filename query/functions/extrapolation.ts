/**
 * By how much the difference between the first and the last sample is to be stretched to stand for the whole
 * window. `first` is the first value of a counter, which cannot have been below zero before; NaN for others.
 */
export function extrapolationFactor(
  firstMs: number,
  lastMs: number,
  samples: number,
  endMs: number,
  rangeMs: number,
  first: number,
  increase: number,
): number {
  const sampled = (lastMs - firstMs) / 1000;
  const average = sampled / (samples - 1);
  let toStart = (firstMs - (endMs - rangeMs)) / 1000;
  let toEnd = (endMs - lastMs) / 1000;
  const threshold = average * 1.1;
  if (toStart >= threshold) toStart = average / 2;
  if (increase > 0 && first >= 0) {
    const toZero = sampled * (first / increase);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = average / 2;
  return (sampled + toStart + toEnd) / sampled;
}
