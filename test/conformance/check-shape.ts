/** What JSON may look like. An object has the fields named and no other; `optional` ones may be missing. */
export type Shape =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'time'
  | 'anything'
  | { readonly just: string }
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly tuple: readonly Shape[] }
  | { readonly oneOf: readonly Shape[] }
  | { readonly fields: Fields; readonly optional?: Fields };

type Fields = Readonly<Record<string, Shape>>;

// RFC 3339, as the format `date-time` of JSON Schema.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What is wrong with a value, each with where it is; empty when it has the shape. */
export function checkShape(value: unknown, shape: Shape, where = '$'): string[] {
  if (typeof shape === 'string')
    return isOfKind(value, shape) ? [] : [`${where} is no ${shape}: ${show(value)}`];
  if ('just' in shape) return value === shape.just ? [] : [`${where} is not ${shape.just}: ${show(value)}`];
  if ('oneOf' in shape) {
    const complaints = shape.oneOf.map((one) => checkShape(value, one, where));
    return complaints.some((list) => list.length === 0) ? [] : complaints.flat();
  }
  if ('listOf' in shape || 'tuple' in shape) {
    if (!Array.isArray(value)) return [`${where} is no list: ${show(value)}`];
    if ('listOf' in shape)
      return value.flatMap((item, i) => checkShape(item, shape.listOf, `${where}[${i}]`));
    if (value.length !== shape.tuple.length) return [`${where} has ${value.length} items: ${show(value)}`];
    return shape.tuple.flatMap((one, i) => checkShape(value[i], one, `${where}[${i}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${where} is no object: ${show(value)}`];
  const entries = Object.entries(value);
  if ('mapOf' in shape)
    return entries.flatMap(([key, item]) => checkShape(item, shape.mapOf, `${where}.${key}`));
  const known: Fields = { ...shape.fields, ...shape.optional };
  return [
    ...Object.keys(shape.fields)
      .filter((key) => !(key in value))
      .map((key) => `${where}.${key} is missing`),
    ...entries.flatMap(([key, item]) => {
      const one = known[key];
      return one === undefined
        ? [`${where}.${key} is not allowed`]
        : checkShape(item, one, `${where}.${key}`);
    }),
  ];
}

function isOfKind(value: unknown, kind: Extract<Shape, string>): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'time':
      return typeof value === 'string' && TIME.test(value);
    case 'anything':
      return true;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
