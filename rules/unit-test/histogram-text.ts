import { spellOut } from '@tocsin/protocol/histogram/buckets.ts';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '@tocsin/protocol/histogram/histogram.ts';

const HINTS = { unknown: '', reset: 'reset', none: 'not_reset', gauge: 'gauge' } as const;

/** A histogram in the notation of unit tests, the same for equal ones: `{{schema:1 count:3 sum:5 buckets:[1 2]}}`. */
export function histogramText(histogram: Histogram): string {
  const parts: string[] = [];
  const add = (key: string, value: number) => {
    if (value !== 0) parts.push(`${key}:${value}`);
  };
  add('schema', histogram.schema);
  add('count', histogram.count);
  add('sum', histogram.sum);
  const hint = HINTS[histogram.counterReset];
  if (hint !== '') parts.push(`counter_reset_hint:${hint}`);
  add('z_bucket', histogram.zeroCount);
  add('z_bucket_w', histogram.zeroThreshold);
  if (histogram.schema === CUSTOM_BOUNDS_SCHEMA)
    parts.push(`custom_values:[${histogram.customBounds.join(' ')}]`);
  parts.push(...side('buckets', 'offset', histogram.positiveSpans, histogram.positiveBuckets));
  parts.push(...side('n_buckets', 'n_offset', histogram.negativeSpans, histogram.negativeBuckets));
  return `{{${parts.join(' ')}}}`;
}

/** Buckets from the first populated one to the last, empty ones between them written out. */
function side(
  name: string,
  offsetName: string,
  spans: Histogram['positiveSpans'],
  counts: readonly number[],
): readonly string[] {
  const populated = spellOut(spans, counts);
  const first = populated.indexes[0];
  if (first === undefined) return [];
  const shown: number[] = [];
  populated.indexes.forEach((index, i) => {
    while (shown.length < index - first && shown.length < BUCKETS_MAX) shown.push(0);
    shown.push(populated.counts[i]!);
  });
  const buckets = `${name}:[${shown.join(' ')}]`;
  return first === 0 ? [buckets] : [`${offsetName}:${first}`, buckets];
}

/** Empty buckets written out; a histogram may lie about how far apart its buckets are. */
const BUCKETS_MAX = 10_000;
