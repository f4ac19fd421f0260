import type { Histogram } from '../histogram/histogram.ts';
import { type Labels, labelsFromPairs, METRIC_NAME } from '../labels/labels.ts';
import { parseSelector } from '../promql/parse.ts';
import { addNotation, parseHistogramNotation } from './histogram-notation.ts';

/** A value of a series in a script: a float, a histogram, a stale marker, or none at that step. */
export type NotedValue = number | Histogram | 'stale' | null;

export interface NotedSeries {
  readonly labels: Labels;
  readonly values: readonly NotedValue[];
}

const VALUES_MAX = 1_000_000;
const NUMBER = '(?:(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[iI]nf|[nN]a[nN])';
const FLOAT = new RegExp(`^([+-]?${NUMBER})(?:([+-]${NUMBER}))?(?:x(\\d+))?$`);

/**
 * Reads `metric{label="value"} 1 2+3x4 _ _x3 stale {{schema:0 count:3}}`, the notation of Prometheus' test scripts
 * and rule unit tests: `a+bxn` is a and n further values, each b more; `_` no value. Throws with what it could not read.
 */
export function parseSeriesNotation(line: string): NotedSeries {
  const { labels, rest } = splitMetric(line);
  return { labels, values: parseValues(rest) };
}

/** Reads the metric at the start of a line. */
export function splitMetric(line: string): { readonly labels: Labels; readonly rest: string } {
  const text = line.trim();
  let end = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text)?.[0].length ?? 0;
  if (text[end] === '{') end = closingBrace(text, end) + 1;
  if (end === 0)
    throw new Error(`Cannot read a series from ${JSON.stringify(text)}: it starts with no metric`);
  return { labels: parseLabels(text.slice(0, end)), rest: text.slice(end) };
}

function closingBrace(text: string, open: number): number {
  let quote = '';
  for (let i = open; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '}') return i;
  }
  throw new Error(`Cannot read a series from ${JSON.stringify(text)}: the brace is not closed`);
}

function parseLabels(metric: string): Labels {
  if (/^\{\s*\}$/.test(metric)) return [];
  const pairs = parseSelector(metric).map(({ kind, name, value }): [string, string] => {
    if (kind !== '=') throw new Error(`Cannot read a series from ${metric}: ${name}${kind} is not a label`);
    return [name, value];
  });
  return labelsFromPairs(pairs.filter(([name, value]) => name !== METRIC_NAME || value !== ''));
}

/** Reads the values behind the metric. */
export function parseValues(text: string): NotedValue[] {
  const values: NotedValue[] = [];
  for (const item of text.match(/\{\{[^}]*\}\}(?:[+-]\{\{[^}]*\}\})?(?:x\d+)?|\S+/g) ?? []) {
    addItem(values, item);
    if (values.length > VALUES_MAX) throw new Error(`Cannot read ${item}: more than ${VALUES_MAX} values`);
  }
  return values;
}

function addItem(values: NotedValue[], item: string): void {
  const gap = /^(_|stale)(?:x(\d+))?$/.exec(item);
  if (gap !== null) {
    const isStale = gap[1] === 'stale';
    const times = gap[2] === undefined ? 1 : Number(gap[2]) + (isStale ? 1 : 0);
    for (let i = 0; i < Math.min(times, VALUES_MAX + 1); i++) values.push(isStale ? 'stale' : null);
    return;
  }
  const histogram = /^\{\{([^}]*)\}\}(?:([+-])\{\{([^}]*)\}\})?(?:x(\d+))?$/.exec(item);
  if (histogram !== null) {
    let value = parseHistogramNotation(histogram[1]!);
    const step = histogram[3] === undefined ? null : parseHistogramNotation(histogram[3]);
    const times = Math.min(Number(histogram[4] ?? 0), VALUES_MAX);
    for (let i = 0; i <= times; i++) {
      values.push(value);
      if (step !== null) value = addNotation(value, step, histogram[2] === '-' ? -1 : 1);
    }
    return;
  }
  const float = FLOAT.exec(item);
  if (float === null) throw new Error(`Cannot read the value ${JSON.stringify(item)}`);
  let value = toNumber(float[1]!);
  const step = float[2] === undefined ? 0 : toNumber(float[2]);
  const times = Math.min(Number(float[3] ?? 0), VALUES_MAX);
  for (let i = 0; i <= times; i++) {
    values.push(value);
    value += step;
  }
}

function toNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.replace(/^[+-]/, '').replaceAll('_', '').toLowerCase();
  if (rest === 'inf') return sign * Number.POSITIVE_INFINITY;
  return rest === 'nan' ? Number.NaN : sign * Number(rest);
}
