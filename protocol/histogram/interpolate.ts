/**
 * The share of a bucket's observations below a value inside of it: spread evenly (custom buckets, the zero
 * bucket), or evenly on a logarithmic scale (exponential buckets, which do not contain zero).
 */
export function shareBelow(lower: number, upper: number, value: number, linear: boolean): number {
  if (linear) return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (lower > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}

/** The value with the given share of the bucket's observations below it: the inverse of `shareBelow`. */
export function valueAtShare(lower: number, upper: number, share: number, linear: boolean): number {
  if (linear) return lower + (upper - lower) * share;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * share);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - share)));
}
