import { formatGo } from '../promql/format-number.ts';
import { ascendingBuckets } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** As Prometheus prints a histogram: `{count:3, sum:5, [-0.001,0.001]:1, (0.5,1]:2}`. */
export function formatHistogram(histogram: Histogram): string {
  const parts = [`count:${formatGo(histogram.count)}`, ` sum:${formatGo(histogram.sum)}`];
  for (const { lower, upper, lowerInclusive, upperInclusive, count } of ascendingBuckets(histogram)) {
    const open = lowerInclusive ? '[' : '(';
    const close = upperInclusive ? ']' : ')';
    parts.push(` ${open}${formatGo(lower)},${formatGo(upper)}${close}:${formatGo(count)}`);
  }
  return `{${parts.join(',')}}`;
}
