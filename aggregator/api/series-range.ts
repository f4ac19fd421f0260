import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { Parameters } from './parameters.ts';
import type { SeriesRange } from './series-reader.ts';

// Beyond these every stored sample lies between.
const EARLIEST_MS = -8.64e15;
const LATEST_MS = 8.64e15;

/** `match[]`, `start` and `end`; throws bad_data for what cannot be parsed. A range that ends before it starts holds nothing. */
export function readSeriesRange(
  parameters: Parameters,
  options: { readonly matchRequired: boolean },
): SeriesRange {
  const texts = parameters.all('match[]');
  if (options.matchRequired && texts.length === 0)
    throw new ApiError('bad_data', 'no match[] parameter provided');
  const startMs = parameters.timeMs('start', EARLIEST_MS);
  const endMs = parameters.timeMs('end', LATEST_MS);
  return { matcherSets: texts.map((text) => readSelector('match[]', text)), startMs, endMs };
}

/** A series selector; throws bad_data that names the parameter. */
export function readSelector(name: string, text: string): readonly Matcher[] {
  try {
    return parseSelector(text);
  } catch (error) {
    // Prometheus' own wording, which clients show as it stands.
    if (error instanceof ParseError && error.detail.includes('at least one non-empty matcher'))
      throw badParameter(name, `${name} must contain at least one non-empty matcher`);
    if (error instanceof ParseError) throw badParameter(name, error.message);
    throw error;
  }
}
