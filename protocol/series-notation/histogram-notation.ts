import { addHistograms, negateHistogram } from '../histogram/arithmetic.ts';
import { spansOf } from '../histogram/buckets.ts';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '../histogram/histogram.ts';

const HINTS: Readonly<Record<string, Histogram['counterReset']>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'none',
  gauge: 'gauge',
};
const KEYS: ReadonlySet<string> = new Set(
  'schema sum count z_bucket z_bucket_w buckets offset n_buckets n_offset counter_reset_hint custom_values'.split(
    ' ',
  ),
);

/** Reads what stands between `{{` and `}}`: `schema:1 count:3 sum:5 buckets:[1 2] offset:-1`. */
export function parseHistogramNotation(text: string): Histogram {
  const fields = new Map<string, string>();
  const rest = text.replaceAll(/([a-z_]+):(\[[^\]]*\]|[^\s\]]+)/g, (_whole, key: string, value: string) => {
    if (!KEYS.has(key))
      throw new Error(`Cannot read the histogram {{${text}}}: unknown field ${JSON.stringify(key)}`);
    fields.set(key, value);
    return '';
  });
  if (rest.trim() !== '')
    throw new Error(`Cannot read the histogram {{${text}}}: unexpected ${JSON.stringify(rest.trim())}`);
  const number = (key: string): number => toNumber(text, fields.get(key) ?? '0');
  const list = (key: string): number[] =>
    (fields.get(key) ?? '[]')
      .slice(1, -1)
      .split(/\s+/)
      .filter(Boolean)
      .map((item) => toNumber(text, item));
  const hint = HINTS[fields.get('counter_reset_hint') ?? 'unknown'];
  if (hint === undefined)
    throw new Error(`Cannot read the histogram {{${text}}}: unknown counter_reset_hint`);
  const positive = side(list('buckets'), number('offset'));
  const negative = side(list('n_buckets'), number('n_offset'));
  return {
    schema: number('schema'),
    counterReset: hint,
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
    customBounds: list('custom_values'),
  };
}

/** a + sign * b, for `{{a}}+{{b}}xn`; what b leaves out is as in a. */
export function addNotation(a: Histogram, b: Histogram, sign: 1 | -1): Histogram {
  const step: Histogram = {
    ...b,
    schema: a.schema === CUSTOM_BOUNDS_SCHEMA ? a.schema : b.schema,
    zeroThreshold: a.zeroThreshold,
    customBounds: a.customBounds,
  };
  const sum = addHistograms(a, sign === 1 ? step : negateHistogram(step));
  if (sum === null) throw new Error('Cannot add the histograms: one has custom bounds, the other has not');
  return { ...sum.histogram, counterReset: a.counterReset === b.counterReset ? a.counterReset : 'unknown' };
}

function side(
  counts: readonly number[],
  offset: number,
): { readonly spans: Span[]; readonly counts: number[] } {
  const indexes: number[] = [];
  const kept: number[] = [];
  counts.forEach((count, i) => {
    if (count === 0) return;
    indexes.push(offset + i);
    kept.push(count);
  });
  return { spans: spansOf(indexes), counts: kept };
}

function toNumber(histogram: string, text: string): number {
  if (/^[+-]?inf$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  if (text === '' || Number.isNaN(value))
    throw new Error(`Cannot read the histogram {{${histogram}}}: ${JSON.stringify(text)} is no number`);
  return value;
}
