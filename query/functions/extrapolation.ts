/**
 * The same from the moment a counter is known to have been zero, within the window: nothing is extrapolated to the start
 * then, and of one sample nothing to the end.
 */
export function extrapolationFactorFromZero(
  zeroMs: number,
  firstMs: number,
  lastMs: number,
  samples: number,
  endMs: number,
): number {
  const sampled = (lastMs - zeroMs) / 1000;
  const average = samples > 1 ? (lastMs - firstMs) / 1000 / (samples - 1) : 0;
  let toEnd = (endMs - lastMs) / 1000;
  if (toEnd >= average * 1.1) toEnd = average / 2;
  return (sampled + toEnd) / sampled;
}

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
