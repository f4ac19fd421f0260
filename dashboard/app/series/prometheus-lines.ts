import { field, labelsOf, listOf, textOf } from '../api/json-fields.ts';
import type { Line } from './line.ts';

/** More series than these are not asked for: nobody reads a chart of a thousand lines. */
export const linesMax = 100;

/** The lines of a range answer's `data`, at most as many as are asked for. */
export const linesOf = (data: unknown): readonly Line[] =>
  listOf(field(data, 'result')).slice(0, linesMax).map(lineOf);

function lineOf(series: unknown): Line {
  const points = listOf(field(series, 'values'));
  const times: number[] = [];
  const values: number[] = [];
  for (const point of points) {
    const [time, value] = listOf(point);
    times.push(Number(time));
    values.push(parseValue(value));
  }
  return { name: '', labels: labelsOf(field(series, 'metric')), times, values };
}

/** The API writes numbers as text, infinities as `+Inf` and `-Inf`. */
export function parseValue(value: unknown): number {
  const text = textOf(value);
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}
