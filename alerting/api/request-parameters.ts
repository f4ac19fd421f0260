import { parseMatchers } from '@tocsin/protocol/alertmanager/parse-matchers.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Request } from 'express';
import { ApiError } from './api-error.ts';

/** The query of a request's URL; parameters may repeat. */
export function parametersOf(request: Request): URLSearchParams {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

export function booleanParameter(parameters: URLSearchParams, name: string, otherwise: boolean): boolean {
  const text = parameters.get(name);
  if (text === null || text === '') return otherwise;
  if (['true', '1', 't'].includes(text.toLowerCase())) return true;
  if (['false', '0', 'f'].includes(text.toLowerCase())) return false;
  throw new ApiError(400, `${name} in query must be of type boolean: "${text}"`);
}

export function wholeParameter(
  parameters: URLSearchParams,
  name: string,
  otherwise: number,
  max: number,
): number {
  const text = parameters.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new ApiError(400, `${name} must be a whole number: "${text}"`);
  return Math.min(Number(text), max);
}

/** The matchers of all `filter=` parameters. */
export function filterParameters(parameters: URLSearchParams): readonly CompiledMatcher[] {
  try {
    return parameters.getAll('filter').flatMap(parseMatchers).map(compileMatcher);
  } catch (error) {
    throw new ApiError(400, `bad matcher format: ${error instanceof Error ? error.message : error}`);
  }
}
