import { ascendingBuckets } from '../histogram/buckets.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type { Labels } from '../labels/labels.ts';
import { formatGo } from '../promql/format-number.ts';

/** A float as the API writes it: like Go's `strconv.FormatFloat(v, 'f', -1, 64)`, with an exponent beyond 1e21 and below 1e-6. */
export function renderFloat(value: number): string {
  if (Number.isFinite(value)) {
    const magnitude = Math.abs(value);
    // JavaScript's shortest form is the same digits in the common range.
    if (magnitude < 1e21 && magnitude >= 1e-6) return String(value);
  }
  return formatGo(value);
}

/** Seconds with at most three decimals, as the API writes timestamps. */
export function renderTimestamp(timestampMs: number): string {
  return String(timestampMs / 1000);
}

/** `{"name":"value",...}`. */
export function renderLabels(labels: Labels): string {
  let text = '{';
  for (let i = 0; i < labels.length; i += 2) {
    if (i > 0) text += ',';
    text += `${JSON.stringify(labels[i])}:${JSON.stringify(labels[i + 1])}`;
  }
  return `${text}}`;
}

/** `{"count":"3","sum":"5","buckets":[[0,"0.5","1","3"]]}`: 0 open left, 1 open right, 2 open, 3 closed. */
export function renderHistogram(histogram: Histogram): string {
  const buckets = ascendingBuckets(histogram).map(
    ({ lower, upper, lowerInclusive, upperInclusive, count }) => {
      const boundary = lowerInclusive ? (upperInclusive ? 3 : 1) : upperInclusive ? 0 : 2;
      return `[${boundary},"${renderFloat(lower)}","${renderFloat(upper)}","${renderFloat(count)}"]`;
    },
  );
  const list = buckets.length > 0 ? `,"buckets":[${buckets.join(',')}]` : '';
  return `{"count":"${renderFloat(histogram.count)}","sum":"${renderFloat(histogram.sum)}"${list}}`;
}
