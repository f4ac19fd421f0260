import { ApiError, badParameter } from './api-error.ts';
import { objectParameters } from './object-parameters.ts';
import type { Parameters } from './parameters.ts';

/**
 * The queries of a body `{"queries":[{...},...], ...}`, each with the parameters that stand beside the list where it has
 * none of its own. Throws ApiError for a body that is none.
 */
export function readQueryList(body: Buffer, queriesMax: number): Parameters[] {
  const whole = parseObject(body);
  const { queries, ...common } = whole;
  if (!Array.isArray(queries)) throw badParameter('queries', 'it must be a list');
  if (queries.length > queriesMax)
    throw badParameter('queries', `${queries.length} queries are more than the limit of ${queriesMax}`);
  return queries.map((query: unknown, index) => {
    if (!isObject(query)) throw badParameter(`queries[${index}]`, 'it must be an object');
    return objectParameters({ ...common, ...query }, `queries[${index}]`);
  });
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw new ApiError('bad_data', `the body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(value)) throw new ApiError('bad_data', 'the body must be an object with a list "queries"');
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
