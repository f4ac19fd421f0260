import { ascendingBuckets } from '@tocsin/protocol/histogram/buckets.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { type Labels, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { QueryResult } from '@tocsin/query/result.ts';
import { wellFormedJson } from './well-formed-json.ts';

/** A query's result as the JSON text of Prometheus' API, in pieces of one series each. */
export function* renderResult(result: QueryResult): Generator<string> {
  switch (result.kind) {
    case 'scalar':
      yield `[${renderTime(result.timestampMs)},"${renderFloat(result.value)}"]`;
      return;
    case 'string':
      yield `[${renderTime(result.timestampMs)},${wellFormedJson(result.value)}]`;
      return;
    case 'vector': {
      const time = renderTime(result.timestampMs);
      for (let i = 0; i < result.labels.length; i++) {
        const histogram = result.histograms?.[i];
        const sample = histogram
          ? `"histogram":[${time},${renderHistogram(histogram)}]`
          : `"value":[${time},"${renderFloat(result.values[i]!)}"]`;
        yield `${i === 0 ? '[' : ','}{"metric":${renderLabels(result.labels[i]!)},${sample}}`;
      }
      yield result.labels.length === 0 ? '[]' : ']';
      return;
    }
    case 'matrix':
      for (let i = 0; i < result.series.length; i++)
        yield `${i === 0 ? '[' : ','}${renderSeries(result.series[i]!)}`;
      yield result.series.length === 0 ? '[]' : ']';
  }
}

/** `{"metric":{...},"values":[...],"histograms":[...]}`, the two lists only when they hold something. */
function renderSeries({ labels, timestampsMs, values, histograms }: SeriesColumns): string {
  let floats = '';
  let native = '';
  for (let i = 0; i < timestampsMs.length; i++) {
    const histogram = histograms?.[i];
    const time = renderTime(timestampsMs[i]!);
    if (histogram) native += `${native === '' ? '' : ','}[${time},${renderHistogram(histogram)}]`;
    else floats += `${floats === '' ? '' : ','}[${time},"${renderFloat(values[i]!)}"]`;
  }
  let text = `{"metric":${renderLabels(labels)}`;
  if (floats !== '' || native === '') text += `,"values":[${floats}]`;
  if (native !== '') text += `,"histograms":[${native}]`;
  return `${text}}`;
}

function renderLabels(labels: Labels): string {
  return wellFormedJson(labelsToObject(labels));
}

/** Seconds as a JSON number, with three decimals or none. */
function renderTime(timestampMs: number): string {
  return timestampMs % 1_000 === 0 ? String(timestampMs / 1_000) : (timestampMs / 1_000).toFixed(3);
}

/** As Go writes it for Prometheus: `+Inf`, `NaN`, and exponents of at least two digits. */
function renderFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return text.includes('e') ? text.replace(/e([+-])(\d)$/, 'e$10$2') : text;
}

// Which ends of a bucket belong to it.
const UPPER_ONLY = 0;
const LOWER_ONLY = 1;
const NEITHER = 2;
const BOTH = 3;

function renderHistogram(histogram: Histogram): string {
  let buckets = '';
  for (const { lower, upper, lowerInclusive, upperInclusive, count } of ascendingBuckets(histogram)) {
    if (count === 0) continue;
    const ends = lowerInclusive
      ? upperInclusive
        ? BOTH
        : LOWER_ONLY
      : upperInclusive
        ? UPPER_ONLY
        : NEITHER;
    buckets += `${buckets === '' ? '' : ','}[${ends},"${renderFloat(lower)}","${renderFloat(upper)}","${renderFloat(count)}"]`;
  }
  const list = buckets === '' ? '' : `,"buckets":[${buckets}]`;
  return `{"count":"${renderFloat(histogram.count)}","sum":"${renderFloat(histogram.sum)}"${list}}`;
}
