import type { MetricMetadata } from '../discovery/family.ts';
import type { LabelSet } from '../discovery/grouping.ts';
import type { Line } from '../series/line.ts';
import { linesMax, linesOf, parseValue } from '../series/prometheus-lines.ts';
import type { TimeWindow } from '../time/range.ts';
import { type Ask, addressOf, ask } from './ask.ts';
import { begunAnswers } from './begun-answers.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

const namesMax = 5000;
const seriesMax = 2000;

const seconds = (ms: number): string => String(ms / 1000);

/** One series' value at one moment. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface RangeAnswer {
  readonly lines: readonly Line[];
  /** What the aggregator has to say about the answer. */
  readonly warnings: readonly string[];
}

/** Names of the metrics that have samples in the window and match all of `matchers`. */
export async function metricNames(
  matchers: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const params: [string, string][] = [
    ['start', seconds(window.fromMs)],
    ['end', seconds(window.toMs)],
    ['limit', String(namesMax)],
  ];
  if (matchers !== '') params.push(['match[]', matchers]);
  const body = await ask({ path: '/api/v1/label/__name__/values', params, signal });
  return listOf(field(body, 'data')).map(textOf);
}

/** The values a label has in the window. */
export async function labelValues(
  name: string,
  window: TimeWindow,
  signal: AbortSignal,
  matcher = '',
): Promise<readonly string[]> {
  const params: [string, string][] = [
    ['start', seconds(window.fromMs)],
    ['end', seconds(window.toMs)],
    ['limit', String(namesMax)],
  ];
  if (matcher !== '') params.push(['match[]', matcher]);
  // Names that a path may not hold are escaped as Prometheus asks for it.
  const path = /^[a-zA-Z_]\w*$/.test(name) ? name : `U__${escapedName(name)}`;
  const body = await ask({ path: `/api/v1/label/${path}/values`, params, signal });
  return listOf(field(body, 'data')).map(textOf);
}

/** Prometheus' values escaping: `_` doubled, everything unusual as `_HEX_`. */
const escapedName = (name: string): string =>
  [...name]
    .map((letter) =>
      letter === '_'
        ? '__'
        : /[a-zA-Z0-9:]/.test(letter)
          ? letter
          : `_${(letter.codePointAt(0) ?? 0).toString(16)}_`,
    )
    .join('');

/** Type, help and unit of every metric the aggregator knows. */
export async function metricMetadata(signal: AbortSignal): Promise<ReadonlyMap<string, MetricMetadata>> {
  const body = await ask({ path: '/api/v1/metadata', signal });
  const data = field(body, 'data');
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return new Map(
    entries.map(([name, list]) => {
      const first = listOf(list)[0];
      return [
        name,
        {
          type: textOf(field(first, 'type')),
          help: textOf(field(first, 'help')),
          unit: textOf(field(first, 'unit')),
        },
      ];
    }),
  );
}

/** The label sets of the series that match, at most a few thousand. */
export async function seriesOf(
  matcher: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly LabelSet[]> {
  const params: [string, string][] = [
    ['match[]', matcher],
    ['start', seconds(window.fromMs)],
    ['end', seconds(window.toMs)],
    ['limit', String(seriesMax)],
  ];
  const body = await ask({ path: '/api/v1/series', params, signal });
  return listOf(field(body, 'data')).map(labelsOf);
}

/** The question for `expr` over the window, at its step. */
export const rangeQuestion = (expr: string, window: TimeWindow): Pick<Ask, 'path' | 'params'> => ({
  path: '/api/v1/query_range',
  params: [
    ['query', expr],
    ['start', seconds(window.fromMs)],
    ['end', seconds(window.toMs)],
    ['step', String(window.stepSeconds)],
    ['limit', String(linesMax)],
  ],
});

/** Evaluates `expr` over the window, at its step. */
export const queryRange = async (
  expr: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<RangeAnswer> => rangeAnswerOf(await ask({ ...rangeQuestion(expr, window), signal }));

/** Whether the same was asked before anybody needed it. */
export const isRangeBegun = (expr: string, window: TimeWindow): boolean =>
  begunAnswers.has(addressOf(rangeQuestion(expr, window)));

/** The answer to what was asked before anybody needed it, when it has come; given once. */
export function begunRange(expr: string, window: TimeWindow): RangeAnswer | undefined {
  const body = begunAnswers.arrived(addressOf(rangeQuestion(expr, window)));
  return body === undefined ? undefined : rangeAnswerOf(body);
}

/** What `query_range` answered. */
export function rangeAnswerOf(body: unknown): RangeAnswer {
  const warnings = [...listOf(field(body, 'warnings')), ...listOf(field(body, 'infos'))].map(textOf);
  return { lines: linesOf(field(body, 'data')), warnings };
}

/** Evaluates `expr` at one moment. Scalars come as one sample without labels. */
export async function queryInstant(
  expr: string,
  timeMs: number,
  signal: AbortSignal,
  limit = linesMax,
): Promise<readonly Sample[]> {
  const params: [string, string][] = [
    ['query', expr],
    ['time', seconds(timeMs)],
    ['limit', String(limit)],
  ];
  const data = field(await ask({ path: '/api/v1/query', params, signal }), 'data');
  const result = listOf(field(data, 'result'));
  if (field(data, 'resultType') === 'scalar') return [{ labels: {}, value: parseValue(result[1]) }];
  return result.map((series) => ({
    labels: labelsOf(field(series, 'metric')),
    value: parseValue(listOf(field(series, 'value'))[1]),
  }));
}
