import { type AnyValue, type Attribute, EMPTY_VALUE } from './any-value.ts';
import { ANY_VALUE_DEPTH_MAX } from './limits.ts';

/** An AnyValue from what a program logs. What lies deeper than `depthMax`, a cycle above all, becomes `"…"`. */
export function anyValueOf(value: unknown, depthMax = ANY_VALUE_DEPTH_MAX): AnyValue {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', value };
    case 'boolean':
      return { kind: 'bool', value };
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { kind: 'int', value }
        : { kind: 'double', value };
    case 'bigint':
      return BigInt.asIntN(64, value) === value
        ? { kind: 'int', value }
        : { kind: 'string', value: value.toString() };
    case 'object':
      return value === null ? EMPTY_VALUE : ofObject(value, depthMax);
    case 'undefined':
      return EMPTY_VALUE;
    default:
      return { kind: 'string', value: String(value) };
  }
}

export function attributesOf(object: object, depthMax = ANY_VALUE_DEPTH_MAX): Attribute[] {
  const attributes: Attribute[] = [];
  for (const [key, value] of Object.entries(object))
    if (value !== undefined) attributes.push({ key, value: anyValueOf(value, depthMax - 1) });
  return attributes;
}

function ofObject(value: object, depthMax: number): AnyValue {
  if (value instanceof Uint8Array) return { kind: 'bytes', value };
  if (value instanceof Date) {
    const valid = Number.isFinite(value.getTime());
    return { kind: 'string', value: valid ? value.toISOString() : 'Invalid Date' };
  }
  if (depthMax <= 1) return { kind: 'string', value: '…' };
  if (value instanceof Error) {
    const { name, message, stack } = value;
    return {
      kind: 'map',
      entries: attributesOf(Object.assign({ type: name, message, stack }, value), depthMax),
    };
  }
  if (Array.isArray(value))
    return { kind: 'array', values: value.map((element) => anyValueOf(element, depthMax - 1)) };
  return { kind: 'map', entries: attributesOf(value, depthMax) };
}
