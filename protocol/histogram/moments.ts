import { ascendingBuckets, isCustom } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** The variance of the observations, each taken to lie in the middle of its bucket. */
export function histogramVariance(histogram: Histogram): number {
  const mean = histogram.sum / histogram.count;
  let variance = 0;
  let lost = 0;
  for (const { lower, upper, count } of ascendingBuckets(histogram)) {
    const delta = middle(histogram, lower, upper) - mean;
    const term = count * delta * delta;
    const next = variance + term;
    if (Number.isFinite(next))
      lost += Math.abs(variance) >= Math.abs(term) ? variance - next + term : term - next + variance;
    variance = next;
  }
  return (variance + lost) / histogram.count;
}

function middle(histogram: Histogram, lower: number, upper: number): number {
  // Of a bucket without an end that is infinite, as it is in Prometheus.
  if (isCustom(histogram)) return (lower + upper) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const geometric = Math.sqrt(upper * lower);
  return upper < 0 ? -geometric : geometric;
}
