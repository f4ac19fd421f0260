import { badParameter } from './api-error.ts';
import { type ParameterSource, type Parameters, parametersOf } from './parameters.ts';

/** Parameters from a JSON object of texts and numbers; null is as good as absent. `where` names it in errors. */
export function objectParameters(object: Readonly<Record<string, unknown>>, where: string): Parameters {
  for (const name in object) {
    const value = object[name];
    if (value !== null && typeof value !== 'string' && typeof value !== 'number')
      throw badParameter(`${where}.${name}`, 'it must be a text or a number');
  }
  return parametersOf(objectSource(object));
}

function objectSource(object: Readonly<Record<string, unknown>>): ParameterSource {
  const first = (name: string): string | null => {
    const value = Object.hasOwn(object, name) ? object[name] : null;
    return value === null ? null : String(value);
  };
  return {
    first,
    all(name) {
      const value = first(name);
      return value === null ? [] : [value];
    },
    with: (name, value) => objectSource({ ...object, [name]: value }),
  };
}
