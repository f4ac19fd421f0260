import { badParameter } from './api-error.ts';
import { createParameters, type Parameters } from './parameters.ts';

const NONE = new URLSearchParams();

/** Parameters from a JSON object of texts and numbers; null is as good as absent. `where` names it in errors. */
export function objectParameters(object: Readonly<Record<string, unknown>>, where: string): Parameters {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(object)) {
    if (value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number')
      throw badParameter(`${where}.${name}`, 'it must be a text or a number');
    values.set(name, String(value));
  }
  return createParameters(NONE, values);
}
